import { beforeEach, expect, it } from "vitest";
import { ListBansRequest } from "@parlance/proto/group/v1/group";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();
const list = (fields: Partial<ListBansRequest> = {}, context = as.user("carol")) =>
  bench().call.listBans(ListBansRequest.fromPartial({ guid: CLUB, ...fields }), context);
const uids = async (...asked: Parameters<typeof list>) => (await list(...asked)).bans.map(({ user }) => user?.uid);

beforeEach(async () => {
  await bench().group({}, CAST);
  for (const [uid, name] of [["x1", "Mallory One"], ["x2", "Mallory Two"], ["x3", "Trudy"]] as const) {
    bench().directory.add("acmechat", uid, name);
    await bench().clock.advance(uid === "x3" ? 0 : 10);
    await bench().call.banMember({ guid: CLUB, uid }, as.user("alice"));
  }
});

it("goes from the newest ban, those of one moment by uid", async () => {
  expect(await uids()).toEqual(["x2", "x3", "x1"]);
});

it("searches by uid and words, and comes in pages with the total", async () => {
  expect(await uids({ searchKey: "mall" })).toEqual(["x2", "x1"]);
  const first = await list({ pageSize: 1, withTotal: true });
  expect(first.total).toBe(3);
  const second = await list({ pageSize: 1, pageToken: first.nextPageToken });
  expect(second.bans.map(({ user }) => user?.uid)).toEqual(["x3"]);
  expect(await uids({ pageSize: 2, offset: 1 })).toEqual(["x3", "x1"]);
});

it("is for moderators", async () => {
  expect(await refusalOf(list({}, as.user("dave")))).toBe("ERR_GROUP_NO_MODERATOR_SCOPE");
  expect(await refusalOf(list({}, as.user("erin")))).toBe("ERR_GROUP_NOT_JOINED");
  expect(await refusalOf(list({}, as.server()))).toBe("done");
});
