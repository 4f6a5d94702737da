import { expect, it } from "vitest";
import { GroupType } from "@parlance/proto/group/v1/group";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();

const get = (context = as.user("erin"), guid: string = CLUB) => bench().call.getGroup({ guid }, context);

it("shows a group with what the viewer is to it", async () => {
  await bench().group({ tags: ["books"] }, CAST);
  expect((await get(as.user("dave"))).group).toMatchObject({
    name: "Book Club", membersCount: 4, hasJoined: true, scope: CAST.dave, tags: ["books"], isBanned: false,
  });
  await bench().call.banMember({ guid: CLUB, uid: "erin" }, as.user("alice"));
  expect((await get()).group).toMatchObject({ hasJoined: false, isBanned: true, joinedAtMs: 0, scope: 0 });
});

it("hides a private group from all but its members, the server and other services", async () => {
  await bench().group({ type: GroupType.PRIVATE }, CAST);
  expect(await refusalOf(get())).toBe("ERR_GUID_NOT_FOUND");
  expect(await Promise.all([as.user("dave"), as.server(), as.peer()].map((context) => refusalOf(get(context)))))
    .toEqual(["done", "done", "done"]);
});

it("knows no group of another app", async () => {
  await bench().group();
  expect(await refusalOf(get(as.server("othercorp")))).toBe("ERR_GUID_NOT_FOUND");
  expect(await refusalOf(get(as.user("erin"), "nothing"))).toBe("ERR_GUID_NOT_FOUND");
});
