import { expect, it } from "vitest";
import { MemberScope } from "@parlance/proto/group/v1/group";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();

const transfer = (uid: string, context = as.user("alice", { sessionId: "s1" })) =>
  bench().call.transferOwnership({ guid: CLUB, uid }, context);

it("makes a member owner and admin; the former owner stays admin", async () => {
  await bench().group({}, CAST);
  await bench().facts();
  expect((await transfer("dave")).group).toMatchObject({ owner: "dave", scope: MemberScope.ADMIN, updatedBy: "alice" });
  const { member } = await bench().call.getMember({ guid: CLUB, uid: "dave" }, as.user("alice"));
  expect(member?.scope).toBe(MemberScope.ADMIN);
  const facts = await bench().facts();
  expect(facts.map(({ record }) => [record.headers.kind, record.headers.origin])).toEqual([
    ["membershipChanged", undefined], ["ownershipTransferred", "s1"], ["groupChanged", undefined],
  ]);
  expect(facts[1]?.event.body?.value).toMatchObject({
    group: { owner: "dave" }, oldOwner: { id: "alice", name: "alice" }, newOwner: { id: "dave" },
  });
});

it("leaves no action message, but messaging hears of the new rank", async () => {
  await bench().group({}, CAST);
  await transfer("dave");
  expect(bench().sink.changesOf(CLUB).at(-1)).toMatchObject({
    kind: GroupActionKind.SCOPE_CHANGED, user: { id: "dave" }, newScope: MemberScope.ADMIN, silent: true,
  });
  const before = bench().sink.applied.length;
  await transfer("bob", as.user("dave"));
  expect(bench().sink.applied).toHaveLength(before);
});

it("is for the owner and the server, to another member", async () => {
  await bench().group({}, CAST);
  expect([
    await refusalOf(transfer("dave", as.user("bob"))), await refusalOf(transfer("alice")), await refusalOf(transfer("erin")),
    await refusalOf(transfer("ghost")), await refusalOf(transfer("dave", as.user("erin"))), await refusalOf(transfer("dave", as.server())),
  ]).toEqual([
    "ERR_GROUP_NO_CLEARANCE", "ERR_GROUP_NO_SELF_ACTION", "ERR_NOT_A_MEMBER", "ERR_UID_NOT_FOUND", "ERR_GROUP_NOT_JOINED",
    "done",
  ]);
});
