import { expect, it } from "vitest";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();

const guids = async (uid: string, app?: string) =>
  (await bench().call.listJoinedGuids({ uid }, as.peer(app))).guids.toSorted();

it("answers the groups a user is in, of the app only", async () => {
  await bench().group({ guid: "one" });
  await bench().group({}, CAST);
  expect([await guids("alice"), await guids("dave"), await guids("erin"), await guids("alice", "othercorp")])
    .toEqual([[CLUB, "one"], [CLUB], [], []]);
  await bench().call.kickMember({ guid: CLUB, uid: "dave" }, as.user("alice"));
  expect(await guids("dave")).toEqual([]);
});

it("is for Parlance's own processes", async () => {
  expect(await refusalOf(bench().call.listJoinedGuids({ uid: "alice" }, as.user("alice")))).toBe("AUTH_ERR_NO_ACCESS");
});
