import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fail } from "../errors/index.js";
import { recordingLog } from "../log/index.js";
import { seededRandom } from "../random/index.js";
import { createCommands, openSqlite, type Sqlite } from "../sqlite/index.js";
import { ManualClock } from "../time/index.js";
import type { OutboxStore } from "./outbox.js";
import type { DeadLetter, LogRecord } from "./port.js";
import { Relay, type RelayOptions } from "./relay.js";
import { createSqliteOutbox } from "./sqlite-outbox.js";
import { until } from "./testing/local-place.js";
import { note, wordsOf } from "./testing/note.js";
import type { sqlite as probe } from "./testing/probe-module.js";

const ALICE = "app1/u:alice";

describe("the relay", () => {
  let sqlite: Sqlite;
  let clock: ManualClock;
  let outbox: OutboxStore;
  let arrived: LogRecord[];
  let letters: DeadLetter[];
  let said: ReturnType<typeof recordingLog>;
  let take: (records: readonly LogRecord[]) => Promise<void> | void;
  const started: Relay[] = [];

  const change = (says: string, more: object = {}) => {
    return createCommands<typeof probe>(sqlite, "probe").write.change({ record: note({ key: ALICE, says }), ...more });
  };
  const startRelay = async (options: Partial<RelayOptions> = {}) => {
    const append = async (records: readonly LogRecord[]) => {
      await take(records);
      arrived.push(...records);
    };
    const relay = new Relay({
      name: "probe", store: outbox, eventLog: { append }, clock, random: seededRandom(1), log: said,
      deadLetters: { put: async (letter) => void letters.push(letter) }, ...options,
    });
    started.push(relay);
    await relay.start();
    return relay;
  };
  const settled = (relay: Relay) => until(clock, () => relay.caughtUp());

  beforeEach(async () => {
    clock = new ManualClock();
    said = recordingLog();
    arrived = [];
    letters = [];
    take = () => undefined;
    const modules = [new URL("./testing/probe-module.js", import.meta.url)];
    sqlite = await openSqlite({ path: ":memory:", modules, log: said, clock });
    outbox = createSqliteOutbox(sqlite, "probe");
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((relay) => relay.stop()));
    await sqlite.stop();
  });

  it("publishes in the order of the commits, as it was written, and empties the outbox", async () => {
    const relay = await startRelay({ batchMax: 7 });
    const words = Array.from({ length: 50 }, (_, i) => `${i}`);
    await Promise.all(words.map((says) => change(says).then(() => relay.nudge())));
    await settled(relay);
    expect(wordsOf(arrived)).toEqual(words);
    expect(arrived[0]).toMatchObject({ ...note({ key: ALICE, says: "0" }), value: expect.anything() });
    expect(await outbox.pending(1)).toEqual([]);
  });

  it("publishes without a nudge within the sweep interval", async () => {
    await startRelay();
    await clock.advance(0);
    await change("forgotten");
    expect(arrived).toEqual([]);
    await clock.advance(2_000);
    expect(wordsOf(arrived)).toEqual(["forgotten"]);
  });

  it("publishes at its start what a crash left between commit and publish (F2)", async () => {
    await change("left behind");
    const relay = await startRelay();
    await settled(relay);
    expect(wordsOf(arrived)).toEqual(["left behind"]);
  });

  it("publishes again, under the same id, what a crash left between publish and its note of it", async () => {
    await change("twice");
    const dies: OutboxStore = { ...outbox, published: () => new Promise(() => undefined) };
    await startRelay({ store: dies });
    await until(clock, () => arrived.length === 1);
    started.pop();
    clock = new ManualClock();
    const relay = await startRelay();
    await settled(relay);
    expect(arrived.map((record) => record.headers.id)).toEqual([`${ALICE}:twice`, `${ALICE}:twice`]);
  });

  it("writes nothing down for a change that is rolled back", async () => {
    const relay = await startRelay();
    await expect(change("never", { thenFail: true })).rejects.toThrow();
    relay.nudge();
    await settled(relay);
    expect(arrived).toEqual([]);
  });

  it("keeps what a full log refuses, in order, and delivers it when there is room", async () => {
    let full = true;
    take = () => {
      if (full) throw fail("ERR_TOO_MANY_REQUESTS", "full", { retryAfterMs: 100 });
    };
    const relay = await startRelay();
    for (const says of ["one", "two", "three"]) await change(says);
    relay.nudge();
    await clock.advance(60_000);
    expect(await outbox.pending(10)).toHaveLength(3);
    expect(await relay.caughtUp()).toBe(false);
    full = false;
    await settled(relay);
    expect(wordsOf(arrived)).toEqual(["one", "two", "three"]);
    expect(said.records.filter((record) => record.level === "warn")).toHaveLength(1);
  });

  it("puts a record aside that will never be taken, and the rest goes on in order", async () => {
    take = (records) => {
      if (wordsOf(records).includes("huge")) throw fail("ERR_PAYLOAD_TOO_LARGE");
    };
    said.expectError("record will never be taken, dead letter");
    const relay = await startRelay();
    for (const says of ["one", "two", "huge", "three", "four"]) await change(says);
    relay.nudge();
    await settled(relay);
    expect(wordsOf(arrived)).toEqual(["one", "two", "three", "four"]);
    expect(letters).toMatchObject([{ consumer: "relay.probe", errorCode: "ERR_PAYLOAD_TOO_LARGE", key: ALICE }]);
    expect(said.unexpected).toEqual([]);
  });

  it("leaves a change undone when its outbox is full", async () => {
    for (const says of ["one", "two", "three"]) await change(says, { entriesMax: 2 });
    await expect(change("four", { entriesMax: 2 })).rejects.toMatchObject({ name: "ERR_OPERATION_FAILED" });
    expect(await createCommands<typeof probe>(sqlite, "probe").read.changes()).toHaveLength(3);
  });

  it("says when what was committed before is published, though more is coming and the log refused at first", async () => {
    let full = true;
    take = () => {
      if (full) throw fail("ERR_TOO_MANY_REQUESTS");
    };
    const relay = await startRelay({ batchMax: 2 });
    for (const says of ["one", "two", "three"]) await change(says);
    const told: (boolean | number)[] = [];
    const flushed = relay.flush().then((isPublished) => void told.push(isPublished, arrived.length));
    await clock.advance(60_000);
    expect(told).toEqual([]);
    full = false;
    await until(clock, () => told.length > 0);
    await flushed;
    expect(told).toEqual([true, 3]);
  });

  it("leaves nobody waiting who asks a relay that has ended or is about to", async () => {
    take = () => Promise.reject(fail("ERR_TOO_MANY_REQUESTS"));
    await change("stuck");
    const relay = await startRelay();
    const flushed = relay.flush();
    await clock.advance(0);
    await relay.stop();
    expect([await flushed, await relay.flush()]).toEqual([false, false]);
  });

  it("ends with the batch in hand", async () => {
    let release: () => void = () => undefined;
    take = () => new Promise<void>((resolve) => (release = resolve));
    await change("in hand");
    const relay = await startRelay();
    await clock.advance(0);
    const stopping = relay.stop();
    release();
    await stopping;
    expect(clock.pendingTimers).toBe(0);
    expect(await outbox.pending(1)).toEqual([]);
  });
});
