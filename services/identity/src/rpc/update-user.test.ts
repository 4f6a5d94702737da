import { UpdateUserRequest } from "@parlance/proto/identity/v1/identity";
import { beforeEach, expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();
let app: string;

beforeEach(async () => {
  app = (await bench().app()).app;
  await bench().user(app, "alice", { avatar: "https://a.example/a.png", tags: ["vip"], metadataJson: "{\"a\":1}" });
  await bench().user(app, "bob");
  await bench().facts();
  await bench().clock.advance(1_000);
});

async function update(fields: Partial<UpdateUserRequest>, caller = as.server(app)) {
  return (await bench().call.updateUser(UpdateUserRequest.fromPartial(fields), caller)).user!;
}

test("only what is given changes", async () => {
  const user = await update({ uid: "alice", name: "Alice Brown", statusMessage: "away" });
  expect(user).toMatchObject({
    name: "Alice Brown", statusMessage: "away", avatar: "https://a.example/a.png", tags: ["vip"],
    metadataJson: "{\"a\":1}", updatedAtMs: bench().clock.now(),
  });
  expect((await bench().call.getUser({ uid: "alice" }, as.server(app))).user).toEqual({ ...user, tags: [] });
});

test("fields are cleared by unset, and a value beats it", async () => {
  const link = "https://a.example";
  const user = await update({ uid: "alice", unset: ["avatar", "link", "metadata"], link });
  expect(user).toMatchObject({ avatar: "", metadataJson: "", link });
  await expect(update({ uid: "alice", unset: ["role"] })).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
});

test("tags are replaced whole, by none too, and only when said", async () => {
  expect((await update({ uid: "alice", tags: ["a"], replaceTags: false })).tags).toEqual(["vip"]);
  expect((await update({ uid: "alice", tags: ["a", "b"], replaceTags: true })).tags).toEqual(["a", "b"]);
  expect((await update({ uid: "alice", replaceTags: true })).tags).toEqual([]);
});

test("the user's devices, those who watch it and other services hear of it", async () => {
  await update({ uid: "alice", name: "Alice Brown", metadataJson: "{\"@private\":1,\"a\":2}" });
  const facts = await bench().facts();
  expect(facts.map(({ record: { key, headers } }) => [key, headers.kind, headers.origin, headers.except])).toEqual([
    [`${app}/u:alice`, "userUpdated", undefined, undefined],
    [`${app}/p:u:alice`, "userUpdated", undefined, "alice"],
    [`${app}/s:user:alice`, "userChanged", undefined, undefined],
  ]);
  for (const { event } of facts) {
    expect(event.body).toMatchObject({ value: { user: { name: "Alice Brown", metadataJson: "{\"a\":2}", tags: [] } } });
  }
  expect(new Set(facts.map(({ event }) => event.id)).size).toBe(3);
  expect(facts.map(({ event }) => event.appId)).toEqual(["", "", app]);
});

test("the session that made the change is not told of it", async () => {
  await update({ name: "Alice Brown" }, as.user(app, "alice", "token", "session-1"));
  const [own] = await bench().facts();
  expect(own!.record.headers).toMatchObject({ kind: "userUpdated", origin: "session-1" });
});

test("a change to what is already so changes nothing and tells nobody", async () => {
  const user = await update({ uid: "alice", name: "alice", tags: ["vip"], replaceTags: true });
  expect(user.updatedAtMs).toBe(0);
  expect(await bench().facts()).toEqual([]);
});

test("changes one after another have events of their own", async () => {
  await update({ uid: "alice", name: "A" });
  await update({ uid: "alice", name: "alice" });
  await update({ uid: "alice", name: "A" });
  const facts = await bench().facts();
  expect(new Set(facts.map(({ event }) => event.id)).size).toBe(9);
});

test("a user changes itself only, and never its role", async () => {
  const alice = as.user(app, "alice");
  expect(await update({ uid: "alice", statusMessage: "hi", role: "admin" }, alice))
    .toMatchObject({ statusMessage: "hi", role: "default" });
  await expect(update({ uid: "bob", name: "Bobby" }, alice)).rejects.toEqual(refusal("AUTH_ERR_NO_ACCESS"));
  await expect(update({ uid: "bob", name: "Bobby" }, as.onBehalfOf(app, "alice"))).rejects
    .toEqual(refusal("AUTH_ERR_NO_ACCESS"));
});

test("the auth key changes users too", async () => {
  expect((await update({ uid: "alice", name: "A" }, as.authKey(app))).name).toBe("A");
});

test("a role that does not exist is refused", async () => {
  await expect(update({ uid: "alice", role: "admin" })).rejects.toEqual(refusal("ERR_ROLE_NOT_FOUND"));
});

test.each([
  ["no uid", { name: "A" }],
  ["an empty name", { uid: "alice", name: "" }],
  ["metadata that is no object", { uid: "alice", metadataJson: "1" }],
  ["a link that is none", { uid: "alice", link: "ftp://a.example" }],
])("%s is refused", async (_what, fields) => {
  await expect(update(fields)).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
});

test("unknown, deactivated, reserved and other apps' users are not found", async () => {
  const other = await bench().app("othrchat");
  await bench().call.deactivateUsers({ uids: ["bob"] }, as.server(app));
  const refused = refusal("ERR_UID_NOT_FOUND");
  for (const uid of ["nobody", "bob", "app_system"]) await expect(update({ uid, name: "x" })).rejects.toEqual(refused);
  await expect(update({ uid: "alice", name: "x" }, as.server(other.app))).rejects.toEqual(refused);
});
