import { expect, it } from "vitest";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();

const unban = (uid: string, context = as.user("carol")) => bench().call.unbanMember({ guid: CLUB, uid }, context);

it("lifts a ban and makes no member", async () => {
  await bench().group({}, CAST);
  await bench().call.banMember({ guid: CLUB, uid: "dave" }, as.user("alice"));
  const { action } = await unban("dave");
  expect(action?.body).toMatchObject({ value: { on: { id: "dave" }, membersCount: 3 } });
  expect((await bench().call.getGroup({ guid: CLUB }, as.user("dave"))).group).toMatchObject({ hasJoined: false, isBanned: false });
  expect(await refusalOf(bench().call.joinGroup({ guid: CLUB, password: "" }, as.user("dave")))).toBe("done");
});

it("is refused without a ban and to participants", async () => {
  await bench().group({}, CAST);
  expect([await refusalOf(unban("erin")), await refusalOf(unban("ghost")), await refusalOf(unban("erin", as.user("dave")))])
    .toEqual(["ERR_NOT_A_BANNED_USER", "ERR_UID_NOT_FOUND", "ERR_GROUP_NO_MODERATOR_SCOPE"]);
});
