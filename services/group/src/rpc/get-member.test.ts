import { expect, it } from "vitest";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();

const get = (uid: string, context = as.user("dave")) => bench().call.getMember({ guid: CLUB, uid }, context);

it("shows a member as the user is now, with scope and joining", async () => {
  await bench().group({}, CAST);
  bench().directory.add("acmechat", "carol", "Carol Ann", { avatar: "https://example.com/c.png" });
  expect((await get("carol")).member).toMatchObject({
    user: { uid: "carol", name: "Carol Ann", avatar: "https://example.com/c.png" }, scope: CAST.carol,
  });
});

it("shows a deactivated member by the name the group remembers", async () => {
  await bench().group({}, CAST);
  bench().directory.remove("acmechat", "carol");
  expect((await get("carol", as.peer())).member?.user).toMatchObject({ uid: "carol", name: "carol" });
});

it("is for members and about members", async () => {
  await bench().group({}, CAST);
  expect([await refusalOf(get("carol", as.user("erin"))), await refusalOf(get("erin")), await refusalOf(get("ghost"))])
    .toEqual(["ERR_GROUP_NOT_JOINED", "ERR_NOT_A_MEMBER", "ERR_UID_NOT_FOUND"]);
});
