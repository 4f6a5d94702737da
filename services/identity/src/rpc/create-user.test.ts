import { CreateUserRequest, UserStatus } from "@parlance/proto/identity/v1/identity";
import { beforeEach, expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();
let app: string;

beforeEach(async () => {
  app = (await bench().app()).app;
});

const create = (fields: Partial<CreateUserRequest>, caller = as.server(app)) =>
  bench().call.createUser(CreateUserRequest.fromPartial({ uid: "alice", name: "Alice", ...fields }), caller);

test("a user is stored as given, offline, with the role default", async () => {
  const fields = {
    avatar: "https://a.example/a.png", link: "https://a.example", metadataJson: "{\"a\":1}", tags: ["vip", "eu", "vip"],
    statusMessage: "hello",
  };
  const { user, authToken } = await create(fields);
  expect(user).toEqual({
    ...fields, uid: "alice", name: "Alice", tags: ["vip", "eu"], role: "default", status: UserStatus.OFFLINE,
    createdAtMs: bench().clock.now(), updatedAtMs: 0, deactivatedAtMs: 0, lastActiveAtMs: 0, blockedByMe: false,
    hasBlockedMe: false,
  });
  expect(authToken).toBeUndefined();
});

test("the uid is lower-cased", async () => {
  const { user } = await create({ uid: "ALICE" });
  expect(user!.uid).toBe("alice");
});

test("other services hear of the new user, once", async () => {
  await create({ metadataJson: "{\"@private\":{\"pin\":1},\"a\":1}" });
  const facts = await bench().facts();
  expect(facts.map(({ record }) => [record.key, record.headers.kind])).toEqual([[`${app}/s:user:alice`, "userChanged"]]);
  expect(facts[0]!.event).toMatchObject({
    appId: app, channel: "s:user:alice", body: { value: { user: { uid: "alice", metadataJson: "{\"a\":1}" } } },
  });
});

test("a token made with the user works", async () => {
  const { authToken } = await create({ withAuthToken: true }, as.authKey(app));
  const { user } = await bench().call.verifyAuthToken({ token: authToken!.value, deviceId: "", appId: app }, as.peer(""));
  expect(user!.uid).toBe("alice");
});

test("a uid is taken once, in any case, and for ever", async () => {
  await create({});
  const refused = refusal("ERR_UID_ALREADY_EXISTS", { params: { uid: "alice" } });
  await expect(create({ uid: "Alice" })).rejects.toEqual(refused);
  await bench().call.deactivateUsers({ uids: ["alice"] }, as.server(app));
  await expect(create({})).rejects.toEqual(refused);
});

test("the same uid in another app is another user", async () => {
  await create({});
  const other = await bench().app("othrchat");
  await expect(create({}, as.server(other.app))).resolves.toBeDefined();
});

test.each(["app_system", "app_deleted", "APP_x"])("%s is reserved", async (uid) => {
  await expect(create({ uid })).rejects.toEqual(refusal("ERR_BAD_REQUEST", { fields: { uid: "is reserved" } }));
});

test("a role that does not exist is refused", async () => {
  await expect(create({ role: "admin" })).rejects.toEqual(refusal("ERR_ROLE_NOT_FOUND"));
});

const bad: [string, Partial<CreateUserRequest>][] = [
  ["no uid", { uid: "" }],
  ["a uid with a space", { uid: "al ice" }],
  ["a uid that is an object", { uid: "{\"$ne\":null}" }],
  ["a uid of 101 characters", { uid: "a".repeat(101) }],
  ["no name", { name: "" }],
  ["a name of 101 characters", { name: "é".repeat(101) }],
  ["an avatar that is no web address", { avatar: "javascript:alert(1)" }],
  ["a link of 3,001 characters", { link: `https://a.example/${"a".repeat(3_000)}` }],
  ["metadata that is a list", { metadataJson: "[1]" }],
  ["metadata that is no JSON", { metadataJson: "{a" }],
  ["metadata of more than 5 KB", { metadataJson: JSON.stringify({ a: "a".repeat(5_120) }) }],
  ["26 tags", { tags: Array.from({ length: 26 }, (_, at) => `t${at}`) }],
  ["a tag of 101 characters", { tags: ["a".repeat(101)] }],
  ["an empty tag", { tags: [""] }],
  ["a status message of 256 characters", { statusMessage: "a".repeat(256) }],
];

test.each(bad)("%s is refused", async (_what, fields) => {
  await expect(create(fields)).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
  expect(await bench().facts()).toEqual([]);
});

test("a user makes no users", async () => {
  await expect(create({}, as.user(app, "bob"))).rejects.toEqual(refusal("AUTH_ERR_NO_ACCESS"));
  await expect(create({}, as.nobody())).rejects.toEqual(refusal("AUTH_ERR_EMPTY_APIKEY"));
});
