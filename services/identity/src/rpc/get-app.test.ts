import { expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

test("an app is found by its id", async () => {
  await bench().app("acmechat");
  const { app } = await bench().call.getApp({ appId: "acmechat" }, as.admin());
  expect(app).toMatchObject({ appId: "acmechat", updatedAtMs: 0 });
  expect(app!.settingsHash).not.toBe("");
});

test("an unknown app is not found", async () => {
  await expect(bench().call.getApp({ appId: "nosuchapp" }, as.admin())).rejects.toEqual(refusal("ERR_APP_NOT_FOUND"));
});
