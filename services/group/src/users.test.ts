import { expect, it } from "vitest";
import { CAST, CLUB, as } from "./testing/bench.js";
import { withBench } from "./testing/with-bench.js";

const bench = withBench();
const get = (uid: string) => bench().call.getMember({ guid: CLUB, uid }, as.server());

it("asks identity once a minute for a user", async () => {
  await bench().group({}, CAST);
  const before = bench().directory.calls;
  await get("dave");
  await get("dave");
  expect(bench().directory.calls).toBe(before);
  await bench().clock.advance(60_000);
  await get("dave");
  expect(bench().directory.calls).toBe(before + 1);
});

it("asks again for who is not there: that may change any moment", async () => {
  await bench().group({}, CAST);
  expect((await bench().add("frank")).results[0]?.errorCode).toBe("ERR_UID_NOT_FOUND");
  bench().directory.add("acmechat", "frank");
  expect((await bench().add("frank")).results[0]?.success).toBe(true);
});

it("knows users of the app of the call only", async () => {
  await bench().group({}, CAST);
  bench().directory.add("othercorp", "mallory");
  expect((await bench().add("mallory")).results[0]?.errorCode).toBe("ERR_UID_NOT_FOUND");
});
