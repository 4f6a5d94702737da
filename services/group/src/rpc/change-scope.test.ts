import { expect, it } from "vitest";
import { MemberScope } from "@parlance/proto/group/v1/group";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();

const change = (uid: string, scope: MemberScope, context = as.user("bob")) =>
  bench().call.changeScope({ guid: CLUB, uid, scope }, context);

it("gives a member another scope, participant when none is named", async () => {
  await bench().group({}, CAST);
  expect((await change("dave", MemberScope.ADMIN)).member).toMatchObject({ scope: MemberScope.ADMIN, user: { uid: "dave" } });
  expect((await change("carol", MemberScope.UNSPECIFIED)).member?.scope).toBe(MemberScope.PARTICIPANT);
  expect(bench().sink.changesOf(CLUB).slice(-2).map(({ oldScope, newScope }) => [oldScope, newScope])).toEqual([
    [MemberScope.PARTICIPANT, MemberScope.ADMIN], [MemberScope.MODERATOR, MemberScope.PARTICIPANT],
  ]);
});

it("is refused by rank, for what is given, and when nothing would change", async () => {
  await bench().group({}, CAST);
  expect([
    await refusalOf(change("alice", MemberScope.PARTICIPANT)), await refusalOf(change("alice", MemberScope.MODERATOR, as.server())),
    await refusalOf(change("dave", MemberScope.ADMIN, as.user("carol"))), await refusalOf(change("dave", MemberScope.PARTICIPANT)),
    await refusalOf(change("erin", MemberScope.ADMIN)), await refusalOf(change("dave", 8 as MemberScope)),
  ]).toEqual([
    "ERR_GROUP_NO_CLEARANCE", "ERR_GROUP_NO_CLEARANCE", "ERR_GROUP_NO_SCOPE_CLEARANCE", "ERR_SAME_SCOPE",
    "ERR_NOT_A_MEMBER", "INVALID_SCOPE_VALUE",
  ]);
});
