import { beforeEach, expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();
const DAY_MS = 86_400_000;
let app: string;

beforeEach(async () => {
  app = (await bench().app()).app;
  await bench().user(app, "alice", { metadataJson: "{\"@private\":1}" });
});

const verify = (token: string, { deviceId = "", appId = "" } = {}) =>
  bench().call.verifyAuthToken({ token, deviceId, appId }, as.peer(""));

test("a token stands for its app and user", async () => {
  const token = await bench().token(app, "alice", { expiresInSeconds: 60 });
  expect(await verify(token.value, { appId: app })).toMatchObject({
    app: { appId: app }, user: { uid: "alice", metadataJson: "{\"@private\":1}" }, tokenId: token.tokenId,
    expiresAtMs: bench().clock.now() + 60_000,
  });
});

test("5,000 sockets that come back at once cost one read of the store for each token", async () => {
  const { value } = await bench().token(app, "alice");
  await verify(value);
  const before = bench().reads;
  await Promise.all(Array.from({ length: 5_000 }, () => verify(value)));
  expect(bench().reads).toBe(before);
});

test("a burst for a token that is not remembered is one read", async () => {
  const { value } = await bench().token(app, "alice");
  const before = bench().reads;
  await Promise.all(Array.from({ length: 500 }, () => verify(value)));
  expect(bench().reads).toBe(before + 1);
});

test("what is remembered is asked for again after a minute", async () => {
  const { value } = await bench().token(app, "alice");
  await verify(value);
  const before = bench().reads;
  await bench().clock.advance(60_000);
  await verify(value);
  expect(bench().reads).toBe(before + 1);
});

test("a token expires when its time is up, remembered or not", async () => {
  const { value } = await bench().token(app, "alice", { expiresInSeconds: 30 });
  await verify(value);
  await bench().clock.advance(30_000);
  await expect(verify(value)).rejects.toEqual(refusal("AUTH_ERR_AUTH_TOKEN_EXPIRED"));
});

test("a token expires after 90 days without use; use keeps it alive", async () => {
  const [used, unused] = [await bench().token(app, "alice"), await bench().token(app, "alice")];
  bench().clock.set(bench().clock.now() + 60 * DAY_MS);
  await verify(used.value);
  await bench().clock.advance(60_000);
  bench().clock.set(bench().clock.now() + 31 * DAY_MS);
  await bench().clock.advance(60_000);
  await expect(verify(used.value)).resolves.toBeDefined();
  await expect(verify(unused.value)).rejects.toEqual(refusal("AUTH_ERR_AUTH_TOKEN_EXPIRED"));
});

test("the last use is noted, at most every five minutes", async () => {
  const { value } = await bench().token(app, "alice");
  const lastUsed = async () => {
    const { authTokens } = await bench().call.listAuthTokens({ uid: "alice", pageSize: 0, offset: 0 }, as.server(app));
    return authTokens[0]!.lastUsedAtMs;
  };
  const first = bench().clock.now();
  await verify(value);
  await bench().clock.advance(5_000);
  expect(await lastUsed()).toBe(first);
  await bench().clock.advance(4 * 60_000);
  await verify(value);
  await bench().clock.advance(5_000);
  expect(await lastUsed()).toBe(first);
  await bench().clock.advance(60_000);
  const later = bench().clock.now();
  await verify(value);
  await bench().clock.advance(5_000);
  expect(await lastUsed()).toBe(later);
});

test("a bound token is refused on another device", async () => {
  const { value } = await bench().token(app, "alice", { deviceId: "phone" });
  await expect(verify(value, { deviceId: "phone" })).resolves.toBeDefined();
  await expect(verify(value)).resolves.toBeDefined();
  await expect(verify(value, { deviceId: "laptop" })).rejects.toEqual(refusal("ERR_AUTHTOKEN_UNAVAILABLE"));
});

test("another app may not be named, whether it exists or not", async () => {
  await bench().app("othrchat");
  const { value } = await bench().token(app, "alice");
  for (const appId of ["othrchat", "nosuchapp"]) {
    await expect(verify(value, { appId })).rejects.toEqual(refusal("AUTH_ERR_INVALID_APPID"));
  }
});

test("wrong, malformed and foreign-looking tokens get one answer, and are not remembered", async () => {
  const { value } = await bench().token(app, "alice");
  const last = value.endsWith("0") ? "1" : "0";
  for (const wrong of [value.slice(0, -1) + last, value.slice(0, -1), `x${value}`, "rubbish", "{\"$ne\":null}", "__proto__"]) {
    await expect(verify(wrong)).rejects.toEqual(refusal("AUTH_ERR_AUTH_TOKEN_NOT_FOUND"));
  }
  await expect(verify("")).rejects.toEqual(refusal("AUTH_ERR_EMPTY_AUTH_TOKEN"));
  await expect(verify("a".repeat(256))).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
});

test("nobody outside asks", async () => {
  const request = { token: "x", deviceId: "", appId: "" };
  for (const caller of [as.server(app), as.user(app, "alice"), as.nobody(), as.admin()]) {
    await expect(bench().call.verifyAuthToken(request, caller)).rejects.toHaveProperty("name", expect.stringMatching(/^AUTH/));
  }
});

test("what is remembered follows a change of the user", async () => {
  const { value } = await bench().token(app, "alice");
  await verify(value);
  await bench().call.updateUser({ uid: "alice", name: "Alice B", tags: [], replaceTags: false, unset: [] }, as.server(app));
  expect((await verify(value)).user!.name).toBe("Alice B");
});
