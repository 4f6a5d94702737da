import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock, TIMED_OUT, within } from "../time/index.js";
import { eventLogContract } from "./event-log.contract.js";
import { createPartitionOf } from "./kafka-records.js";
import type { LogRecord } from "./port.js";
import { KafkaLives, kafkaPlace, testBroker, until, withAdmin } from "./testing/kafka-place.js";
import { note, wordsOf } from "./testing/note.js";

const ALICE = "app1/u:alice";
const FACTS_MAX = 1_000;
const clock = systemClock();
const broker = testBroker();

if (broker !== undefined) eventLogContract("Kafka", () => kafkaPlace(broker));

function notes(count: number, key: string = ALICE): LogRecord[] {
  return Array.from({ length: count }, (_, i) => note({ key, says: `${i}` }));
}

/** Each once, at its first appearance. */
function firsts(words: readonly string[]): string[] {
  return [...new Set(words)];
}

describe.skipIf(broker === undefined)("the Kafka event log", () => {
  let lives: KafkaLives;

  beforeEach(() => {
    lives = new KafkaLives(broker!);
  });
  afterEach(() => lives.close());

  it("has everything it acknowledged after every 50th reply was cut (K1, F5)", async () => {
    const { log, proxy } = await lives.open();
    const keys = Array.from({ length: 8 }, (_, i) => `app1/g:group${i}`);
    const acked = new Map<string, string[]>(keys.map((key) => [key, []]));
    let asked = 0;
    await Promise.all(keys.map(async (key) => {
      for (let i = 0; i < FACTS_MAX / keys.length; i += 1) {
        asked += 1;
        if (asked % 50 === 0) proxy.cutAt("toClient", { replies: 1 });
        await log.append([note({ key, says: `${i}` })]);
        acked.get(key)!.push(`${i}`);
      }
    }));
    const heard = new Map<string, string[]>(keys.map((key) => [key, []]));
    log.consume("search", "events", { noted: async ({ says }, { key }) => void heard.get(key)!.push(says) });
    await until(() => log.caughtUp());
    for (const key of keys) expect(firsts(heard.get(key)!)).toEqual(acked.get(key));
    const inLog = [...heard.values()].reduce((sum, words) => sum + words.length, 0);
    expect(inLog - FACTS_MAX, "records sent again because their reply was cut").toBeGreaterThan(10);
  });

  it("keeps its consumer when a handler throws what kafkajs takes for the end (K4, K5)", async () => {
    const { log, metrics, deadLetters } = await lives.open();
    const heard: string[] = [];
    log.consume("search", "events", {
      noted: async ({ says }) => {
        if (says === "1") throw new TypeError("a defect of the handler");
        heard.push(says);
      },
    });
    await log.append(notes(3));
    await until(() => log.caughtUp());
    expect(heard).toEqual(["0", "2"]);
    expect(await deadLetters()).toMatchObject([{ attempts: 5, errorCode: "ERR_EXCEPTION" }]);
    expect(await metrics.text()).toContain('parlance_eventlog_consumers_built{group="search"} 1');
  });

  it("stops in time when the broker answers nothing (K9)", async () => {
    const { log, proxy } = await lives.open();
    log.consume("search", "events", { noted: async () => "done" });
    log.follow(["events", "live"], () => undefined);
    await log.append(notes(10));
    await until(() => log.caughtUp());
    proxy.halfOpen();
    const refused = log.append(notes(1)).catch((error: unknown) => error);
    expect(await within(clock, 10_000, log.stop())).not.toBe(TIMED_OUT);
    expect(await refused).toMatchObject({ name: "ERR_OPERATION_FAILED" });
  });

  it("refuses within its time when the broker is away, and takes it again when it is back (K3)", async () => {
    const { log, proxy, metrics } = await lives.open();
    await log.append(notes(1));
    proxy.halfOpen();
    await expect(log.append(notes(1))).rejects.toMatchObject({ name: "ERR_OPERATION_FAILED" });
    await proxy.pass();
    await log.append([note({ key: ALICE, says: "later" })]);
    expect(await metrics.text()).toContain("parlance_eventlog_producers_built 2");
  });

  it("refuses facts and drops live records when its queues are full (Q11, P24)", async () => {
    const { log, proxy } = await lives.open({ queueBytesMax: 20_000 });
    await log.append(notes(1));
    proxy.halfOpen();
    const first = log.append(notes(20)).catch(() => undefined);
    await clock.sleep(20);
    const appended = Array.from({ length: 200 }, () => log.append(notes(1)));
    const outcomes = await Promise.all(appended.map((each) => within(clock, 50, each).catch(({ name }: Error) => name)));
    expect(outcomes).toContain("ERR_TOO_MANY_REQUESTS");
    const live = Array.from({ length: 200 }, (_, i) => note({ key: ALICE, says: `${i}`, topic: "live" }));
    await log.append(live);
    await proxy.pass();
    await first;
    await Promise.allSettled(appended);
    await log.append(notes(1));
  });

  it("hands its followers everything once and in order while their connections are cut", async () => {
    const { log, proxy } = await lives.open();
    const got: LogRecord[] = [];
    // Another process's appends do not wait for this one's follower to find its place; its own do.
    await log.follow(["events"], (records) => got.push(...records)).ready;
    const writer = await lives.open();
    for (let i = 0; i < 100; i += 1) {
      if (i % 20 === 10) proxy.cut();
      await writer.log.append([note({ key: ALICE, says: `${i}` })]);
    }
    await until(() => got.length >= 100);
    await until(() => log.caughtUp());
    expect(firsts(wordsOf(got))).toEqual(wordsOf(notes(100)));
    expect(new Set(got.map(({ offset }) => offset)).size).toBe(got.length);
  });

  it("pauses a partition whose handlers are behind, and goes on where it was", async () => {
    const { log } = await lives.open();
    const heard: string[] = [];
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    log.consume("search", "events", {
      noted: async ({ says }) => {
        if (says === "0") await held;
        heard.push(says);
      },
    });
    const all = notes(12_000);
    for (let start = 0; start < all.length; start += 2_000) await log.append(all.slice(start, start + 2_000));
    await until(() => log.fetchAges.get("search")! < 1_000);
    release?.();
    await until(() => log.caughtUp());
    expect(heard).toEqual(wordsOf(all));
  });

  it("shares the partitions of a group among its members, and gives them over (F9)", async () => {
    const one = await lives.open();
    const two = await lives.open();
    const heard: string[] = [];
    const handlers = { noted: async ({ says }: { readonly says: string }) => void heard.push(says) };
    one.log.consume("search", "events", handlers);
    const keys = Array.from({ length: 100 }, (_, i) => `app1/g:group${i}`);
    const said = (round: number) => keys.map((key) => `${key} ${round}`);
    const appendAll = (round: number) => one.log.append(keys.map((key) => note({ key, says: `${key} ${round}` })));
    await appendAll(1);
    const subscription = two.log.consume("search", "events", handlers);
    await appendAll(2);
    await until(async () => (await one.log.lag("search")) === 0);
    await subscription.close();
    await appendAll(3);
    await until(async () => (await one.log.lag("search")) === 0);
    expect(firsts(heard).toSorted()).toEqual([...said(1), ...said(2), ...said(3)].toSorted());
  });

  it("makes its topics when two start at once, as the contract says (K12, E2)", async () => {
    await Promise.all([lives.open(), lives.open()]);
    const described = await withAdmin(broker!, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: ["events", "live", "dead"].map((topic) => lives.prefix + topic) });
      const config = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: `${lives.prefix}events` }] });
      const valueOf = (name: string) => config.resources[0]?.configEntries.find((entry) => entry.configName === name)?.configValue;
      return {
        partitions: topics.map(({ name, partitions }) => [name.slice(lives.prefix.length), partitions.length]),
        config: ["retention.ms", "min.insync.replicas", "max.message.bytes", "unclean.leader.election.enable"].map(valueOf),
      };
    });
    expect(described.partitions.toSorted(([one], [other]) => (one! < other! ? -1 : 1))).toEqual([["dead", 3], ["events", 24], ["live", 12]]);
    expect(described.config).toEqual(["604800000", "1", "1048576", "false"]);
  });

  it("does not start over a topic of another partition count (E4)", async () => {
    await withAdmin(broker!, (admin) => admin.createTopics({
      topics: [{ topic: `${lives.prefix}events`, numPartitions: 5, replicationFactor: 1 }],
    }));
    await expect(lives.open()).rejects.toThrow("has 5 partitions, the contract says 24");
  });

  it("shows lag, queues and outcomes in the metrics (E20)", async () => {
    const { log, metrics } = await lives.open();
    log.consume("search", "events", { noted: async () => "done" });
    await log.append(notes(3));
    await until(() => log.caughtUp());
    const text = await metrics.text();
    const partition = createPartitionOf()("events", ALICE);
    expect(text).toContain(`parlance_eventlog_partition_lag_records{group="search",partition="${partition}"} 0`);
    expect(text).toContain('parlance_eventlog_records_total{group="search",outcome="done"} 3');
    expect(text).toContain('parlance_queue_items{queue="eventlog.events.0"} 0');
    expect(text).toContain('parlance_eventlog_fetch_age_seconds{reader="search"}');
  });
});

describe("the place of a key in Kafka", () => {
  it("is the one the Java clients know (CK12)", () => {
    const partitionOf = createPartitionOf();
    // murmur2 of these is -973932308, -790332482 and -985981536 there.
    const keys = ["21", "foobar", "a-little-bit-long-string"];
    expect(keys.map((key) => partitionOf("events", key))).toEqual([12, 6, 8]);
  });
});
