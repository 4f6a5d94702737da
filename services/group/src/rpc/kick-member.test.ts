import { expect, it } from "vitest";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();

const kick = (uid: string, context = as.user("carol")) => bench().call.kickMember({ guid: CLUB, uid }, context);

it("removes a member, who may come back", async () => {
  await bench().group({}, CAST);
  const { action } = await kick("Dave");
  expect(action?.body).toMatchObject({ value: { by: { id: "carol" }, on: { id: "dave" }, membersCount: 3 } });
  expect(await refusalOf(bench().call.joinGroup({ guid: CLUB, password: "" }, as.user("dave")))).toBe("done");
});

it("is refused by rank, never touches the owner, and needs a member", async () => {
  await bench().group({}, CAST);
  expect([
    await refusalOf(kick("bob")), await refusalOf(kick("alice", as.user("bob"))), await refusalOf(kick("alice", as.server())),
    await refusalOf(kick("carol", as.user("dave"))), await refusalOf(kick("erin")), await refusalOf(kick("ghost")),
    await refusalOf(kick("carol")),
  ]).toEqual([
    "ERR_GROUP_NO_CLEARANCE", "ERR_GROUP_NO_CLEARANCE", "ERR_GROUP_NO_CLEARANCE", "ERR_GROUP_NO_MODERATOR_SCOPE",
    "ERR_NOT_A_MEMBER", "ERR_UID_NOT_FOUND", "ERR_GROUP_NO_SELF_ACTION",
  ]);
});

it("works on a deactivated user, who stays a member until then", async () => {
  await bench().group({}, CAST);
  bench().directory.remove("acmechat", "dave");
  await bench().clock.advance(60_000);
  const { action } = await kick("dave");
  expect(action?.body).toMatchObject({ value: { on: { id: "dave", name: "dave" } } });
});
