import { Environment, KeyScope } from "@parlance/proto/identity/v1/identity";
import { expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();
const verify = (apiKey: string, { onBehalfOf = "", appId = "" } = {}) =>
  bench().call.verifyApiKey({ apiKey, onBehalfOf, appId }, as.peer(""));

test("a key stands for its app and scope", async () => {
  const { app, apiKey, authKey } = await bench().app();
  expect(await verify(apiKey)).toMatchObject({ app: { appId: app }, scope: KeyScope.FULL_ACCESS, onBehalfOf: undefined });
  expect(await verify(authKey, { appId: app })).toMatchObject({ scope: KeyScope.AUTH_ONLY });
});

test("the auth key of a production app opens nothing", async () => {
  const { apiKey, authKey } = await bench().app("acmechat", Environment.PRODUCTION);
  await expect(verify(authKey)).rejects.toEqual(refusal("AUTH_ERR_NO_ACCESS"));
  await expect(verify(apiKey)).resolves.toBeDefined();
});

test("the acting user must exist, be active and be of the app", async () => {
  const { app, apiKey } = await bench().app();
  const other = await bench().app("othrchat");
  for (const who of ["alice", "bob"]) await bench().user(app, who);
  await bench().user(other.app, "dora");
  await bench().call.deactivateUsers({ uids: ["bob"] }, as.server(app));
  expect((await verify(apiKey, { onBehalfOf: "ALICE" })).onBehalfOf!.uid).toBe("alice");
  for (const onBehalfOf of ["bob", "nobody", "dora", "app_system"]) {
    await expect(verify(apiKey, { onBehalfOf })).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
  }
});

test("an acting user who is deactivated is refused at once", async () => {
  const { app, apiKey } = await bench().app();
  await bench().user(app, "alice");
  await verify(apiKey, { onBehalfOf: "alice" });
  await bench().call.deactivateUsers({ uids: ["alice"] }, as.server(app));
  await expect(verify(apiKey, { onBehalfOf: "alice" })).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
});

test("an auth key acts for nobody and is not told who exists", async () => {
  const { authKey } = await bench().app();
  expect((await verify(authKey, { onBehalfOf: "nobody" })).onBehalfOf).toBeUndefined();
});

test("another app may not be named", async () => {
  const { apiKey } = await bench().app();
  await bench().app("othrchat");
  await expect(verify(apiKey, { appId: "othrchat" })).rejects.toEqual(refusal("AUTH_ERR_INVALID_APPID"));
});

test("unknown and malformed keys get one answer", async () => {
  const { apiKey } = await bench().app();
  const { keyId } = await verify(apiKey);
  for (const wrong of [keyId, "0".repeat(40), "rubbish", apiKey.toUpperCase(), "{\"$ne\":null}"]) {
    await expect(verify(wrong)).rejects.toEqual(refusal("AUTH_ERR_APIKEY_NOT_FOUND"));
  }
  await expect(verify("")).rejects.toEqual(refusal("AUTH_ERR_EMPTY_APIKEY"));
});

test("a key that is used all the time is read again every two seconds", async () => {
  const { apiKey } = await bench().app();
  await verify(apiKey);
  const before = bench().reads;
  await Promise.all(Array.from({ length: 100 }, () => verify(apiKey)));
  expect(bench().reads).toBe(before);
  await bench().clock.advance(2_000);
  await verify(apiKey);
  expect(bench().reads).toBe(before + 1);
});
