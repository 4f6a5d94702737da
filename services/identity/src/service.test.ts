import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodeEvent, type EventLog } from "@parlance/platform/eventlog";
import { recordingLog } from "@parlance/platform/log";
import { seededRandom } from "@parlance/platform/random";
import { ManualClock } from "@parlance/platform/time";
import type { Event } from "@parlance/proto/event/v1/event";
import { createIdentityService, identitySqliteStorage } from "./index.js";
import { as, openBench } from "./testing/bench.js";
import { refusal, withBench } from "./testing/with-bench.js";

describe("on a file", () => {
  let folder: string;
  const clock = new ManualClock();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "identity-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const open = (seed: number) => openBench({ path: join(folder, "identity.db"), clock, seed });

  test("everything acked is there after a restart, credentials work, and what was not published is", async () => {
    const first = await open(1);
    const { app, apiKey } = await first.app();
    const alice = await first.user(app, "alice", { metadataJson: "{\"a\":1}", tags: ["vip"] });
    const token = await first.token(app, "alice");
    await first.close();

    const second = await open(2);
    expect((await second.call.getUser({ uid: "alice" }, as.server(app))).user).toEqual({ ...alice, tags: [] });
    const verified = await second.call.verifyAuthToken({ token: token.value, deviceId: "", appId: app }, as.peer(""));
    expect(verified.tokenId).toBe(token.tokenId);
    await second.call.verifyApiKey({ apiKey, onBehalfOf: "alice", appId: app }, as.peer(""));
    await second.settle();
    expect(await second.service.caughtUp()).toBe(true);
    await second.close();
  });

  test("no file contains a usable secret", async () => {
    const bench = await open(3);
    const { app, apiKey, authKey } = await bench.app();
    await bench.user(app, "alice");
    const { value } = await bench.token(app, "alice");
    await bench.facts();
    await bench.close();
    for (const name of await readdir(folder)) {
      const content = (await readFile(join(folder, name))).toString("latin1");
      for (const secret of [apiKey, authKey, value, value.slice(-64)]) expect(content).not.toContain(secret);
    }
  });
});

describe("for callers from outside", () => {
  const bench = withBench();

  test("credentials say who calls", async () => {
    const { app, apiKey, authKey } = await bench().app();
    await bench().user(app, "alice");
    const token = await bench().token(app, "alice");
    const { authenticate } = bench().service;
    expect(await authenticate({ apiKey })).toMatchObject({ app, caller: { kind: "apiKey", scope: "fullAccess" } });
    expect(await authenticate({ apiKey, authToken: "ignored", onBehalfOf: "alice" })).toMatchObject({
      caller: { kind: "apiKey", onBehalfOf: "alice" },
    });
    expect(await authenticate({ apiKey: authKey })).toMatchObject({ caller: { scope: "authOnly" } });
    expect(await authenticate({ authToken: token.value })).toEqual({
      app, caller: { kind: "user", uid: "alice", tokenId: token.tokenId },
    });
  });

  test("wrong ones are refused", async () => {
    const { apiKey } = await bench().app();
    const { authenticate } = bench().service;
    await expect(authenticate({ adminKey: "not of an app" })).rejects.toEqual(refusal("AUTH_ERR_APIKEY_NOT_FOUND"));
    await expect(authenticate({ apiKey: "" })).rejects.toEqual(refusal("AUTH_ERR_EMPTY_APIKEY"));
    await expect(authenticate({ apiKey: "wrong" })).rejects.toEqual(refusal("AUTH_ERR_APIKEY_NOT_FOUND"));
    await expect(authenticate({ authToken: "" })).rejects.toEqual(refusal("AUTH_ERR_EMPTY_AUTH_TOKEN"));
    await expect(authenticate({ authToken: "wrong" })).rejects.toEqual(refusal("AUTH_ERR_AUTH_TOKEN_NOT_FOUND"));
    await expect(authenticate({ apiKey, onBehalfOf: "nobody" })).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
  });
});

/** A log of which another member of the group reads the group's share. */
function followedOnly(log: EventLog<Event>): EventLog<Event> {
  return {
    name: log.name,
    start: async () => undefined,
    stop: async () => undefined,
    append: (records) => log.append(records),
    follow: (topics, onBatch) => log.follow(topics, onBatch),
    consume: () => ({ close: async () => undefined }),
    caughtUp: () => log.caughtUp(),
    lag: (group) => log.lag(group),
  };
}

describe("with another process of the service", () => {
  const bench = withBench();

  test("what one ends the other forgets", async () => {
    const { app } = await bench().app();
    await bench().user(app, "alice");
    const { value, tokenId } = await bench().token(app, "alice");
    const { sqlite, eventLog, clock, config, metrics } = bench();
    const other = createIdentityService({
      storage: identitySqliteStorage(sqlite), eventLog: followedOnly(eventLog), deadLetters: eventLog.deadLetters, clock, config, metrics,
      log: recordingLog(), random: seededRandom(9),
    });
    const reader = other.components.at(-1)!;
    await reader.start();
    await other.authenticate({ authToken: value });
    await bench().call.deleteAuthToken({ uid: "alice", token: tokenId }, as.server(app));
    await bench().settle();
    await expect(other.authenticate({ authToken: value })).rejects.toEqual(refusal("AUTH_ERR_AUTH_TOKEN_NOT_FOUND"));
    await reader.stop();
  });
});

test("a record says of itself what its event says", async () => {
  const bench = await openBench();
  const { app } = await bench.app();
  await bench.user(app, "alice");
  await bench.token(app, "alice");
  await bench.call.deactivateUsers({ uids: ["alice"] }, as.server(app));
  const facts = await bench.facts();
  for (const { record, event } of facts) {
    expect(record.headers.id).toBe(event.id);
    expect(record.key).toBe(`${app}/${event.channel}`);
    expect(decodeEvent(record.value, record.headers.kind)).toEqual(event);
  }
  await bench.close();
});
