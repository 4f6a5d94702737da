import { expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();

test("keys are listed without their values, and only those of the app", async () => {
  const { app, apiKey, authKey } = await bench().app("acmechat");
  const other = await bench().app("othrchat");
  const { apiKeys } = await bench().call.listApiKeys({}, as.server(app));
  expect(apiKeys.map(({ name }) => name).sort()).toEqual(["Auth Key", "Rest API Key"]);
  expect(apiKeys.every(({ value }) => value === "")).toBe(true);
  const text = JSON.stringify(apiKeys);
  for (const secret of [apiKey, authKey, other.apiKey, other.authKey]) expect(text).not.toContain(secret);
});
