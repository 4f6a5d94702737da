import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMetrics } from "../metrics/index.js";
import type { Sqlite } from "../sqlite/index.js";
import { eventLogContract } from "./event-log.contract.js";
import { partitionOf } from "./partition.js";
import type { LogRecord } from "./port.js";
import { beforeWrites, localPlace, openLocalLog, openLogStore } from "./testing/local-place.js";
import { note, wordsOf } from "./testing/note.js";

eventLogContract("in process", localPlace);

const ALICE = "app1/u:alice";
const SEARCH = { name: "search", kinds: ["noted"] };
const DAY_MS = 86_400_000;

function notes(count: number): LogRecord[] {
  return Array.from({ length: count }, (_, i) => note({ key: ALICE, says: `${i}` }));
}

/** Other keys of the same partition. */
function keysBeside(key: string, count: number): string[] {
  const keys = Array.from({ length: count * 100 }, (_, i) => `app1/u:user${i}`);
  return keys.filter((other) => partitionOf(other) === partitionOf(key)).slice(0, count);
}

describe("the in-process event log", () => {
  let sqlite: Sqlite;
  beforeEach(async () => {
    sqlite = await openLogStore(":memory:");
  });
  afterEach(async () => {
    await sqlite.stop();
  });

  it("stores nothing that no group can read, and resolves in the same tick", async () => {
    let writes = 0;
    const counting = beforeWrites(sqlite, () => void (writes += 1));
    const { log } = await openLocalLog(counting, { groups: [SEARCH] });
    const got: string[] = [];
    log.follow(["events"], (records) => got.push(...wordsOf(records)));
    let resolved = false;
    void log.append([note({ key: ALICE, says: "chat", kind: "row" })]).then(() => (resolved = true));
    expect(got).toEqual(["chat"]);
    await Promise.resolve();
    await Promise.resolve();
    expect(resolved).toBe(true);
    expect(writes).toBe(0);
  });

  it("stores what comes in one tick with one write, and a value is what it was", async () => {
    const writes: string[] = [];
    const counting = beforeWrites(sqlite, (command) => void writes.push(command));
    const { log } = await openLocalLog(counting, { persistKinds: ["noted"] });
    const pool = new TextEncoder().encode("abcdefgh");
    const cut = { ...note({ key: ALICE, says: "cd" }), value: pool.subarray(2, 4) };
    await Promise.all([...notes(20), cut].map((record) => log.append([record])));
    expect(writes).toEqual(["eventlog.append"]);
    const kept: string[] = [];
    log.consume("late", "events", { noted: async ({ says }) => void kept.push(says) });
    expect(await log.lag("late")).toBe(21);
  });

  it("refuses with a time to come back when too much waits, and works again afterwards", async () => {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const { log } = await openLocalLog(beforeWrites(sqlite, () => opened), { groups: [SEARCH], queueBytesMax: 100_000 });
    const first = log.append(notes(10));
    await Promise.resolve();
    const waiting = log.append(notes(50));
    await expect(log.append(notes(50))).rejects.toMatchObject({ name: "ERR_TOO_MANY_REQUESTS", retryAfterMs: 100 });
    open();
    await Promise.all([first, waiting]);
    await log.append(notes(50));
    expect(await log.lag("search")).toBe(110);
  });

  it("rejects what a failing store did not take, and goes on", async () => {
    let failing = true;
    const broken = beforeWrites(sqlite, () => {
      if (failing) throw new Error("disk");
    });
    const { log } = await openLocalLog(broken, { groups: [SEARCH] });
    await expect(log.append(notes(1))).rejects.toThrow("disk");
    failing = false;
    await log.append(notes(1));
    expect(await log.lag("search")).toBe(1);
  });

  it("keeps what a declared group wants while the group is away, for 7 days", async () => {
    const { log, clock, until } = await openLocalLog(sqlite, { groups: [SEARCH], keepPassed: 0 });
    await log.append(notes(2_500));
    clock.set(clock.now() + 6 * DAY_MS);
    await log.append([note({ key: ALICE, says: "young" })]);
    clock.set(clock.now() + DAY_MS);
    await clock.advance(120_000);
    const heard: string[] = [];
    log.consume("search", "events", { noted: async ({ says }) => void heard.push(says) });
    await until(() => log.caughtUp());
    expect(heard).toEqual(["young"]);
  });

  it("keeps a bounded number of records that every group has passed, for replay", async () => {
    const { log, clock, until } = await openLocalLog(sqlite, { groups: [SEARCH], keepPassed: 5 });
    log.consume("search", "events", { noted: async () => "done" });
    await log.append(notes(100));
    await until(() => log.caughtUp());
    await clock.advance(120_000);
    const replayed: string[] = [];
    log.consume("replay", "events", { noted: async ({ says }) => void replayed.push(says) });
    await until(() => log.caughtUp());
    expect(replayed).toEqual(["95", "96", "97", "98", "99"]);
  });

  it("never uses an offset again, also when everything was deleted", async () => {
    const first = await openLocalLog(sqlite, { groups: [SEARCH], retentionMs: 1_000 });
    await first.log.append(notes(3));
    await first.clock.advance(120_000);
    await first.log.stop();
    const { log, until } = await openLocalLog(sqlite, { groups: [SEARCH] });
    await log.append(notes(1));
    const offsets: number[] = [];
    log.consume("search", "events", { noted: async (_, meta) => void offsets.push(meta.offset) });
    await until(() => log.caughtUp());
    expect(offsets).toEqual([4]);
  });

  it("shows all followers one order when one of them appends", async () => {
    const { log } = await openLocalLog(sqlite);
    const got: string[][] = [[], []];
    log.follow(["live"], (records) => {
      got[0]!.push(...wordsOf(records));
      if (got[0]!.length === 1) void log.append([note({ key: ALICE, says: "second", topic: "live" })]);
    });
    log.follow(["live"], (records) => got[1]!.push(...wordsOf(records)));
    await log.append([note({ key: ALICE, says: "first", topic: "live" })]);
    expect(got).toEqual([["first", "second"], ["first", "second"]]);
  });

  it("drops live records, and refuses facts, that followers append faster than they take them", async () => {
    const { log } = await openLocalLog(sqlite, { queueBytesMax: 5_000 });
    const live = note({ key: ALICE, says: "x", topic: "live" });
    const got: string[] = [];
    let refused: Promise<void> | undefined;
    log.follow(["live", "events"], (records) => {
      got.push(...wordsOf(records));
      if (got.length > 1) return;
      for (let i = 0; i < 10; i += 1) void log.append([live]);
      refused = log.append(notes(1));
      refused.catch(() => undefined);
    });
    await log.append([live]);
    await expect(refused).rejects.toMatchObject({ name: "ERR_TOO_MANY_REQUESTS" });
    expect(got.length).toBeLessThan(10);
  });

  it("closes a subscription once, for everyone who asks, and lets the group consume again", async () => {
    const { log, until } = await openLocalLog(sqlite, { groups: [SEARCH] });
    const subscription = log.consume("search", "events", { noted: async () => "done" });
    await log.append(notes(1));
    await until(() => log.caughtUp());
    await Promise.all([subscription.close(), subscription.close()]);
    const heard: string[] = [];
    log.consume("search", "events", { noted: async ({ says }) => void heard.push(says) });
    await log.append([note({ key: ALICE, says: "later" })]);
    await until(() => log.caughtUp());
    expect(heard).toEqual(["later"]);
  });

  it("takes a record of another channel while thousands wait behind one that is retried", async () => {
    const { log, until } = await openLocalLog(sqlite, { groups: [SEARCH] });
    const [twin] = keysBeside(ALICE, 1);
    const heard: string[] = [];
    let stuck = true;
    log.consume("search", "events", {
      noted: async ({ says }, { key }) => {
        if (key === ALICE && stuck) return "retry";
        heard.push(says);
        return "done";
      },
    });
    await log.append(notes(1_000));
    await log.append(Array.from({ length: 3_000 }, (_, i) => note({ key: twin!, says: `twin ${i}` })));
    await until(() => heard.length === 3_000);
    expect(await log.lag("search")).toBe(4_000);
    stuck = false;
    await until(() => log.caughtUp());
    expect(heard.slice(3_000)).toEqual(wordsOf(notes(1_000)));
  });

  it("takes a record of another channel while many channels of the partition are retried", async () => {
    const { log, until } = await openLocalLog(sqlite, { groups: [SEARCH] });
    const stuck = keysBeside(ALICE, 30);
    const answered: string[] = [];
    log.consume("search", "events", {
      noted: async (_, { key, attempt }) => {
        answered.push(key);
        return key === ALICE || attempt > 1 ? "done" : "retry";
      },
    });
    await log.append([...stuck.map((key) => note({ key, says: "stuck" })), note({ key: ALICE, says: "fine" })]);
    await until(() => log.caughtUp());
    expect(answered.indexOf(ALICE)).toBe(30);
  });

  it("goes on with the other followers when one throws", async () => {
    const { log, said } = await openLocalLog(sqlite);
    const got: string[] = [];
    log.follow(["events"], () => {
      throw new Error("broken follower");
    });
    log.follow(["events"], (records) => got.push(...wordsOf(records)));
    said.expectError("a follower of the event log threw");
    await log.append(notes(2));
    expect(got).toEqual(["0", "1"]);
    expect(said.unexpected).toEqual([]);
  });

  it("pauses a partition whose dead letter cannot be written, and loses nothing (E12)", async () => {
    let failing = true;
    const broken = beforeWrites(sqlite, (command) => {
      if (failing && command === "eventlog.putDead") throw new Error("disk");
    });
    const { log, said, clock, until, deadLetters } = await openLocalLog(broken, { groups: [SEARCH] });
    said.expectError("dead letter not written, partition waits");
    const heard: string[] = [];
    log.consume("search", "events", {
      noted: async ({ says }) => {
        heard.push(says);
        return says === "0" ? "dead" : "done";
      },
    });
    await log.append(notes(3));
    await clock.advance(5_000);
    const [twin] = keysBeside(ALICE, 1);
    await log.append([note({ key: twin!, says: "twin" })]);
    await clock.advance(5_000);
    expect(heard).toEqual(["0"]);
    expect(await log.lag("search")).toBe(4);
    failing = false;
    await until(() => log.caughtUp());
    expect(heard.toSorted()).toEqual(["0", "1", "2", "twin"]);
    expect(await deadLetters()).toHaveLength(1);
    expect(said.unexpected).toEqual([]);
  });

  it("shows lag, queues and outcomes in the metrics (E20)", async () => {
    const metrics = createMetrics();
    const { log, until } = await openLocalLog(sqlite, { groups: [SEARCH], metrics });
    await log.append(notes(3));
    expect(await metrics.text()).toContain('parlance_eventlog_lag_records{group="search"} 3');
    log.consume("search", "events", { noted: async () => "done" });
    await until(() => log.caughtUp());
    const text = await metrics.text();
    expect(text).toContain('parlance_eventlog_lag_records{group="search"} 0');
    expect(text).toContain('parlance_eventlog_records_total{group="search",outcome="done"} 3');
    expect(text).toContain('parlance_queue_items{queue="eventlog.append"} 0');
  });

  it("refuses a second consumer of a group in one process", async () => {
    const { log } = await openLocalLog(sqlite);
    log.consume("search", "events", {});
    expect(() => log.consume("search", "events", {})).toThrow("already consumes");
  });
});

describe("the in-process event log over a file", () => {
  it("continues after the process is gone", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlance-eventlog-"));
    try {
      const heard: string[] = [];
      for (const life of ["one", "two"]) {
        const sqlite = await openLogStore(join(folder, "log.db"));
        const { log, until } = await openLocalLog(sqlite, { groups: [SEARCH] });
        log.consume("search", "events", { noted: async ({ says }) => void heard.push(says) });
        await log.append([note({ key: ALICE, says: life })]);
        await until(() => log.caughtUp());
        await log.stop();
        await sqlite.stop();
      }
      expect(heard).toEqual(["one", "two"]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
