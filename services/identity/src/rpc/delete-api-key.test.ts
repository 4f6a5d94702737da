import { beforeEach, expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();
let app: string;
let authKey: { value: string; keyId: string };

beforeEach(async () => {
  const made = await bench().app();
  app = made.app;
  const { keyId } = await verify(made.authKey);
  authKey = { value: made.authKey, keyId };
});

const verify = (apiKey: string) => bench().call.verifyApiKey({ apiKey, onBehalfOf: "", appId: "" }, as.peer(""));

test("a deleted key ends at once, though it was just verified", async () => {
  await bench().call.deleteApiKey({ keyId: authKey.keyId }, as.server(app));
  await expect(verify(authKey.value)).rejects.toEqual(refusal("AUTH_ERR_APIKEY_NOT_FOUND"));
});

test("a key may be named by its value", async () => {
  await bench().call.deleteApiKey({ keyId: authKey.value }, as.server(app));
  await expect(verify(authKey.value)).rejects.toEqual(refusal("AUTH_ERR_APIKEY_NOT_FOUND"));
});

test("a key does not delete itself", async () => {
  for (const keyId of [authKey.keyId, authKey.value]) {
    await expect(bench().call.deleteApiKey({ keyId }, as.server(app, authKey.keyId))).rejects
      .toEqual(refusal("ERR_APIKEY_NO_SELF_ACTION"));
  }
});

test("another app's key is as unknown as one that never was", async () => {
  const other = await bench().app("othrchat");
  const attempt = (keyId: string) => bench().call.deleteApiKey({ keyId }, as.server(other.app));
  const refused = refusal("ERR_APIKEY_NOT_FOUND");
  await expect(attempt(authKey.keyId)).rejects.toEqual(refused);
  await expect(attempt(authKey.value)).rejects.toEqual(refused);
  await expect(attempt("0".repeat(40))).rejects.toEqual(refused);
  await expect(verify(authKey.value)).resolves.toBeDefined();
});
