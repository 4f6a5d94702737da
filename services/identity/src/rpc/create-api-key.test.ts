import { CreateApiKeyRequest, KeyScope } from "@parlance/proto/identity/v1/identity";
import { expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench({ env: { PARLANCE_IDENTITY_KEYS_MAX: "3" } });
const request = (fields: Partial<CreateApiKeyRequest> = {}) => CreateApiKeyRequest.fromPartial({ name: "CI", ...fields });

test("a key is authOnly unless it is to have full access", async () => {
  const { app } = await bench().app();
  const { apiKey } = await bench().call.createApiKey(request(), as.server(app));
  expect(apiKey).toMatchObject({ name: "CI", scope: KeyScope.AUTH_ONLY });
  const verified = await bench().call.verifyApiKey({ apiKey: apiKey!.value, onBehalfOf: "", appId: "" }, as.peer(""));
  expect(verified).toMatchObject({ keyId: apiKey!.keyId, scope: KeyScope.AUTH_ONLY, app: { appId: app } });
});

test("an app has a limited number of keys", async () => {
  const { app } = await bench().app();
  await bench().call.createApiKey(request(), as.server(app));
  await expect(bench().call.createApiKey(request(), as.server(app))).rejects
    .toEqual(refusal("ERR_PLAN_QUOTA_RESTRICTION", { params: { limit: 3 } }));
});

test("an auth key makes no keys", async () => {
  const { app } = await bench().app();
  await expect(bench().call.createApiKey(request(), as.authKey(app))).rejects.toEqual(refusal("AUTH_ERR_NO_ACCESS"));
});
