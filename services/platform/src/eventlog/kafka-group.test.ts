import type { ConsumerConfig, ConsumerRunConfig, EachBatchPayload, Kafka } from "kafkajs";
import { beforeEach, describe, expect, it } from "vitest";
import { recordingLog } from "../log/index.js";
import { seededRandom } from "../random/index.js";
import { ManualClock } from "../time/index.js";
import { KafkaGroup } from "./kafka-group.js";
import { decodeNote, type Note } from "./testing/note.js";

type Listener = (event: { readonly payload: unknown }) => void;

/** A kafkajs consumer as far as a group sees it. */
class FakeConsumer {
  readonly events = { GROUP_JOIN: "join", FETCH: "fetch", CRASH: "crash" };
  readonly config: ConsumerConfig;
  readonly #broker: FakeBroker;
  readonly #listeners = new Map<string, Listener>();
  running: ConsumerRunConfig = {};
  isConnected = false;
  resolved: string[] = [];

  constructor(broker: FakeBroker, config: ConsumerConfig) {
    this.#broker = broker;
    this.config = config;
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener);
  }
  emit(event: string, payload: unknown): void {
    this.#listeners.get(event)?.({ payload });
  }
  async connect(): Promise<void> {
    this.isConnected = true;
  }
  async subscribe(): Promise<void> {
    if (this.#broker.unknownTopics > 0) {
      this.#broker.unknownTopics -= 1;
      throw Object.assign(new Error("wrapped"), { cause: Object.assign(new Error(), { type: "UNKNOWN_TOPIC_OR_PARTITION" }) });
    }
  }
  async run(config: ConsumerRunConfig): Promise<void> {
    this.running = config;
    this.emit("join", { memberAssignment: { events: [0] } });
  }
  async commitOffsets(offsets: readonly { readonly offset: string }[]): Promise<void> {
    this.#broker.commits += 1;
    const error = this.#broker.commitErrors.shift();
    if (error !== undefined) throw error;
    this.#broker.committed = offsets[0]!.offset;
  }
  pause(): void {}
  resume(): void {}
  async disconnect(): Promise<void> {
    this.isConnected = false;
  }

  /** Hands over a batch as kafkajs does. */
  async batch(from: number, count: number): Promise<void> {
    const messages = Array.from({ length: count }, (_, i) => ({
      offset: String(from + i), timestamp: "0", key: Buffer.from("app1/u:alice"), value: Buffer.from(`${from + i}`),
      headers: { id: Buffer.from(`id${from + i}`), kind: Buffer.from("noted") },
    }));
    await this.running.eachBatch?.({
      batch: { topic: "events", partition: 0, messages, highWatermark: String(from + count) },
      resolveOffset: (offset: string) => void this.resolved.push(offset),
    } as unknown as EachBatchPayload);
  }
}

class FakeBroker {
  readonly consumers: FakeConsumer[] = [];
  readonly commitErrors: Error[] = [];
  unknownTopics = 0;
  commits = 0;
  committed = "";

  consumer(config: ConsumerConfig): FakeConsumer {
    const consumer = new FakeConsumer(this, config);
    this.consumers.push(consumer);
    return consumer;
  }
  get last(): FakeConsumer {
    return this.consumers.at(-1)!;
  }
}

describe("a member of a Kafka consumer group", () => {
  let clock: ManualClock;
  let broker: FakeBroker;
  let heard: string[];
  let group: KafkaGroup<Note>;

  beforeEach(async () => {
    clock = new ManualClock();
    broker = new FakeBroker();
    heard = [];
    group = new KafkaGroup<Note>({
      kafka: broker as unknown as Kafka, group: "search", groupId: "search", topic: "events", sessionTimeoutMs: 30_000,
      handlers: { noted: async ({ says }) => void heard.push(says) },
      decode: decodeNote, clock, random: seededRandom(1), log: recordingLog(), onOutcome: () => undefined,
      deadLetters: { put: async () => undefined, list: async () => [] },
    });
  });

  async function begin(): Promise<void> {
    group.start();
    await clock.advance(1);
  }

  async function take(from: number, count: number): Promise<void> {
    const taken = broker.last.batch(from, count);
    await clock.advance(200);
    await taken;
  }

  it("says every setting that matters (CK13–CK16)", async () => {
    await begin();
    expect(broker.last.config).toMatchObject({
      allowAutoTopicCreation: false, sessionTimeout: 30_000, heartbeatInterval: 3_000, rebalanceTimeout: 60_000,
      minBytes: 1, maxWaitTimeInMs: 500, maxBytes: 1_048_576, maxBytesPerPartition: 262_144,
    });
    expect(broker.last.running).toMatchObject({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: 8 });
  });

  it("commits after the effect, and again when the broker does not know the member (K11)", async () => {
    await begin();
    const unknown = Object.assign(new Error("wrapped"), { cause: Object.assign(new Error(), { type: "UNKNOWN_MEMBER_ID" }) });
    broker.commitErrors.push(unknown, unknown);
    await take(0, 3);
    expect(heard).toEqual(["0", "1", "2"]);
    expect(broker.last.resolved).toEqual(["2"]);
    await clock.advance(1_000);
    expect(broker.committed).toBe("3");
    expect(group.built).toBe(1);
  });

  it("builds another consumer when kafkajs gives one up, and handles nothing twice (K4, K11)", async () => {
    await begin();
    await take(0, 3);
    broker.last.emit("crash", { restart: false, error: new TypeError("a defect of kafkajs") });
    await clock.advance(100);
    expect(group.built).toBe(2);
    await take(0, 5);
    expect(heard).toEqual(["0", "1", "2", "3", "4"]);
    expect(broker.committed).toBe("5");
  });

  it("leaves a consumer alone that kafkajs starts again", async () => {
    await begin();
    broker.last.emit("crash", { restart: true, error: new Error("closed") });
    await clock.advance(1_000);
    expect(group.built).toBe(1);
    expect(await broker.last.config.retry?.restartOnFailure?.(new Error("closed"))).toBe(true);
  });

  it("builds another consumer when there was no answer for 30 s, and ends the old one for good", async () => {
    await begin();
    const old = broker.last;
    await clock.advance(20_000);
    old.emit("fetch", {});
    await clock.advance(29_000);
    expect(group.built).toBe(1);
    await clock.advance(6_000);
    expect(group.built).toBe(2);
    expect(old.isConnected).toBe(false);
    expect(await old.config.retry?.restartOnFailure?.(new Error("closed"))).toBe(false);
    await expect(old.batch(0, 1)).rejects.toMatchObject({ retriable: false });
  });

  it("tries again while the topic is not known everywhere (K12)", async () => {
    broker.unknownTopics = 3;
    await begin();
    await clock.advance(5_000);
    await take(0, 1);
    expect(heard).toEqual(["0"]);
  });

  it("begins anew when the log ends before what was read of it: it is another log (E16)", async () => {
    await begin();
    await take(0, 5);
    await take(0, 2);
    expect(heard).toEqual(["0", "1", "2", "3", "4", "0", "1"]);
    expect(broker.committed).toBe("2");
  });

  it("stores its positions when it closes", async () => {
    await begin();
    const taken = broker.last.batch(0, 2);
    await clock.advance(5);
    await taken;
    await group.close();
    expect(broker.committed).toBe("2");
    expect(broker.last.isConnected).toBe(false);
  });
});
