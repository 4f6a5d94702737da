import { CreateAppRequest, Environment, KeyScope } from "@parlance/proto/identity/v1/identity";
import { expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();
const request = (fields: Partial<CreateAppRequest>) => CreateAppRequest.fromPartial({ name: "Acme", ...fields });

test("a new app has an auth key and a REST API key whose values are shown", async () => {
  const { call, clock } = bench();
  const { app, apiKeys } = await call.createApp(request({ appId: "acmechat" }), as.admin());
  expect(app).toMatchObject({
    appId: "acmechat", name: "Acme", region: "local", environment: Environment.DEVELOPMENT, createdAtMs: clock.now(),
  });
  expect(apiKeys.map(({ name, scope }) => [name, scope])).toEqual([
    ["Auth Key", KeyScope.AUTH_ONLY], ["Rest API Key", KeyScope.FULL_ACCESS],
  ]);
  for (const { value, keyId, prefix } of apiKeys) {
    expect(value).toMatch(/^[0-9a-f]{40}$/);
    expect(keyId).toMatch(/^[0-9a-f]{40}$/);
    expect(value.startsWith(prefix)).toBe(true);
    expect(keyId).not.toBe(value);
  }
});

test("an app without an id gets one", async () => {
  const { app } = await bench().call.createApp(request({}), as.peer(""));
  expect(app!.appId).toMatch(/^[a-z0-9]{16}$/);
});

test("an id is given once", async () => {
  await bench().app("acmechat");
  await expect(bench().app("acmechat")).rejects.toEqual(refusal("ERR_ALREADY_EXISTS"));
});

test.each(["short", "Acme-Chat", "a".repeat(33), "acme/chat", "acmechát"])("%s is not an app id", async (appId) => {
  await expect(bench().call.createApp(request({ appId }), as.admin())).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
});

test("an app needs a name", async () => {
  await expect(bench().call.createApp(request({ name: "" }), as.admin())).rejects
    .toEqual(refusal("ERR_BAD_REQUEST", { fields: { name: "is required" } }));
});

test("neither a key nor a user makes apps", async () => {
  for (const caller of [as.server("acmechat"), as.authKey("acmechat"), as.user("acmechat", "alice")]) {
    await expect(bench().call.createApp(request({}), caller)).rejects.toEqual(refusal("AUTH_ERR_NO_ACCESS"));
  }
});
