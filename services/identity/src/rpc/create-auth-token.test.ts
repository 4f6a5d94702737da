import { beforeEach, expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench({ env: { PARLANCE_IDENTITY_TOKENS_MAX: "3", PARLANCE_IDENTITY_TOKEN_TTL_SECONDS: "3600" } });
let app: string;

beforeEach(async () => {
  app = (await bench().app()).app;
  await bench().user(app, "alice");
  await bench().facts();
});

const verify = (token: string) => bench().call.verifyAuthToken({ token, deviceId: "", appId: "" }, as.peer(""));

test("a token has the uid, the second and 256 random bits, and a handle that is not usable", async () => {
  const token = await bench().token(app, "alice", { deviceId: "phone", platform: "ios", appInfoJson: "{}", userAgent: "x" });
  const seconds = Math.floor(bench().clock.now() / 1_000);
  expect(token.value).toMatch(new RegExp(`^alice_${seconds}[0-9a-f]{64}$`));
  expect(token.tokenId).toMatch(new RegExp(`^alice_${seconds}[0-9a-f]{30}$`));
  expect(token).toMatchObject({ uid: "alice", deviceId: "phone", platform: "ios", appInfoJson: "{}", userAgent: "x" });
  await expect(verify(token.tokenId)).rejects.toEqual(refusal("AUTH_ERR_AUTH_TOKEN_NOT_FOUND"));
});

test("every call makes another token, and all of them work", async () => {
  const [one, two] = [await bench().token(app, "alice"), await bench().token(app, "alice")];
  expect(one.value).not.toBe(two.value);
  expect((await verify(one.value)).tokenId).toBe(one.tokenId);
  expect((await verify(two.value)).tokenId).toBe(two.tokenId);
});

test("life is what is asked for, else the setting", async () => {
  const now = bench().clock.now();
  expect((await bench().token(app, "alice")).expiresAtMs).toBe(now + 3_600_000);
  expect((await bench().token(app, "alice", { expiresInSeconds: 60 })).expiresAtMs).toBe(now + 60_000);
});

test("one too many ends the one unused for longest, whose sockets close", async () => {
  const tokens = [];
  for (let made = 0; made < 3; made += 1) {
    tokens.push(await bench().token(app, "alice"));
    await bench().clock.advance(1_000);
  }
  await verify(tokens[0]!.value);
  await bench().clock.advance(5_000);
  await bench().token(app, "alice");
  await expect(verify(tokens[1]!.value)).rejects.toEqual(refusal("AUTH_ERR_AUTH_TOKEN_NOT_FOUND"));
  await expect(verify(tokens[0]!.value)).resolves.toBeDefined();
  const facts = await bench().facts();
  expect(facts.map(({ record, event }) => [record.key, event.body])).toEqual([[`${app}/u:alice`, {
    $case: "sessionEnded", value: { uid: "alice", tokenIds: [tokens[1]!.tokenId], closeCode: 4202 },
  }]]);
});

test("tokens that have expired do not count", async () => {
  await bench().token(app, "alice", { expiresInSeconds: 1 });
  await bench().clock.advance(1_000);
  const live = [];
  for (let made = 0; made < 3; made += 1) live.push(await bench().token(app, "alice"));
  for (const { value } of live) await expect(verify(value)).resolves.toBeDefined();
});

test("unknown, deactivated, reserved and other apps' users get none", async () => {
  const other = await bench().app("othrchat");
  await bench().user(app, "bob");
  await bench().call.deactivateUsers({ uids: ["bob"] }, as.server(app));
  const refused = refusal("ERR_UID_NOT_FOUND");
  for (const uid of ["nobody", "bob", "app_system"]) await expect(bench().token(app, uid)).rejects.toEqual(refused);
  await expect(bench().token(other.app, "alice")).rejects.toEqual(refused);
});

test("a life of more than ten years is refused", async () => {
  await expect(bench().token(app, "alice", { expiresInSeconds: 315_360_001 })).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
  await expect(bench().token(app, "alice", { deviceId: "d".repeat(101) })).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
  await expect(bench().token(app, "alice", { appInfoJson: "[]" })).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
});
