import { expect, it } from "vitest";
import { ListBansRequest } from "@parlance/proto/group/v1/group";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();

const ban = (uid: string, context = as.user("carol")) => bench().call.banMember({ guid: CLUB, uid }, context);

it("removes a member and keeps them out, and may keep out a stranger", async () => {
  await bench().group({}, CAST);
  const { action } = await ban("dave");
  expect(action?.body).toMatchObject({ value: { on: { id: "dave" }, membersCount: 3 } });
  await bench().clock.advance(1);
  await ban("erin");
  expect((await bench().call.getGroup({ guid: CLUB }, as.server())).group?.membersCount).toBe(3);
  const { bans } = await bench().call.listBans(ListBansRequest.fromPartial({ guid: CLUB }), as.user("carol"));
  expect(bans.map(({ user, formerScope, bannedBy }) => [user?.uid, formerScope, bannedBy]))
    .toEqual([["erin", 0, "carol"], ["dave", CAST.dave, "carol"]]);
  expect(await refusalOf(bench().call.joinGroup({ guid: CLUB, password: "" }, as.user("dave")))).toBe("ERR_BANNED_GROUPMEMBER");
});

it("is refused by rank, for a banned user and for nobody", async () => {
  await bench().group({}, CAST);
  await ban("dave");
  expect([
    await refusalOf(ban("dave")), await refusalOf(ban("bob")), await refusalOf(ban("alice", as.server())),
    await refusalOf(ban("ghost")), await refusalOf(ban("erin", as.user("dave"))), await refusalOf(ban("app_system")),
  ]).toEqual([
    "ERR_ALREADY_BANNED", "ERR_GROUP_NO_CLEARANCE", "ERR_GROUP_NO_CLEARANCE", "ERR_UID_NOT_FOUND", "ERR_GROUP_NOT_JOINED",
    "ERR_UID_NOT_FOUND",
  ]);
});
