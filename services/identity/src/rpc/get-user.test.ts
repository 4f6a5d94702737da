import { UserStatus } from "@parlance/proto/identity/v1/identity";
import { beforeEach, expect, test } from "vitest";
import { as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();
let app: string;
const metadataJson = "{\"@private\":{\"pin\":1},\"a\":1}";

beforeEach(async () => {
  app = (await bench().app()).app;
  await bench().user(app, "alice", { metadataJson, tags: ["vip"] });
  await bench().user(app, "bob");
});

const get = (uid: string, caller = as.server(app)) => bench().call.getUser({ uid }, caller);

test("a user sees all of itself, by name or by none", async () => {
  for (const uid of ["", "Alice"]) {
    const { user } = await get(uid, as.user(app, "alice"));
    expect(user).toMatchObject({ uid: "alice", metadataJson, tags: ["vip"] });
  }
  expect((await get("", as.onBehalfOf(app, "alice"))).user).toMatchObject({ uid: "alice", metadataJson });
});

test("others see neither private metadata nor tags", async () => {
  for (const caller of [as.user(app, "bob"), as.onBehalfOf(app, "bob")]) {
    expect((await get("alice", caller)).user).toMatchObject({ metadataJson: "{\"a\":1}", tags: [] });
  }
});

test("the server sees private metadata", async () => {
  expect((await get("alice")).user!.metadataJson).toBe(metadataJson);
});

test("deactivated users are seen by the server only", async () => {
  await bench().call.deactivateUsers({ uids: ["alice"] }, as.server(app));
  expect((await get("alice")).user!.deactivatedAtMs).toBe(bench().clock.now());
  await expect(get("alice", as.user(app, "bob"))).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
});

test("the system user is called System", async () => {
  expect((await get("app_system")).user).toMatchObject({ name: "System", role: "default", status: UserStatus.OFFLINE });
});

test("a user of another app is not found", async () => {
  const other = await bench().app("othrchat");
  await expect(get("alice", as.server(other.app))).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
  await expect(get("nobody")).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
});
