/** The followers of this process: a reader each, from the end of the log at the time of the call. */
import type { Kafka } from "kafkajs";
import { fail } from "../errors/index.js";
import type { Log } from "../log/index.js";
import type { Random } from "../random/index.js";
import { TIMED_OUT, within, type Clock } from "../time/index.js";
import { clusterOf } from "./kafka-cluster.js";
import { FETCH_PAUSE, type Positions } from "./kafka-fetch.js";
import type { Lag } from "./kafka-lag.js";
import { KafkaReader } from "./kafka-reader.js";
import { LazyRecord } from "./kafka-records.js";
import { TOPICS } from "./kafka-topics.js";
import type { Following, FollowOptions, LogRecord, OnBatch, Topic } from "./port.js";

const PLACED_WITHIN_MS = 10_000;

export type KafkaFollowersOptions = {
  readonly kafka: Kafka;
  readonly topicOf: (topic: Topic) => string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

export class KafkaFollowers {
  readonly #options: KafkaFollowersOptions;
  readonly #readers = new Set<KafkaReader<LogRecord>>();
  /** Places being found; what is appended meanwhile waits, so that its follower gets it. */
  readonly #placing = new Set<Promise<void>>();
  #isStarted = false;

  constructor(options: KafkaFollowersOptions) {
    this.#options = options;
  }

  get lag(): Lag {
    const lags = [...this.#readers].map(({ lag }) => lag);
    return {
      records: lags.reduce((sum, { records }) => sum + records, 0),
      ms: lags.reduce((most, { ms }) => Math.max(most, ms), 0),
    };
  }

  get fetchAgeMs(): number | undefined {
    const ages = [...this.#readers].map(({ fetchAgeMs }) => fetchAgeMs);
    return ages.length === 0 ? undefined : Math.max(...ages);
  }

  /** Followers that came before the log was started take their place now. */
  async start(): Promise<void> {
    this.#isStarted = true;
    for (const reader of this.#readers) this.#place(reader);
    await this.placed();
  }

  add(topics: readonly Topic[], onBatch: OnBatch, { onLost, prompt = false }: FollowOptions = {}): Following {
    const { kafka, topicOf, clock, random, log } = this.#options;
    const names = new Map(topics.map((topic) => [topicOf(topic), topic]));
    const topicNamed = (name: string): Topic => names.get(name) ?? "events";
    const reader = new KafkaReader<LogRecord>({
      name: "follower",
      cluster: clusterOf(kafka, topicOf("events")),
      topics: [...names].map(([topic, kind]) => ({ topic, partitions: TOPICS[kind].partitions })),
      from: "end",
      make: (topic, partition, message) => new LazyRecord(topicNamed(topic), partition, message),
      onRecords: onBatch,
      onLost: (lost) => onLost?.(lost.map((each) => ({ ...each, topic: topicNamed(each.topic) }))),
      pauseMs: prompt ? FETCH_PAUSE.promptMs : FETCH_PAUSE.otherwiseMs,
      clock, random, log,
    });
    this.#readers.add(reader);
    if (this.#isStarted) this.#place(reader);
    // The offset to read next in Kafka's count is the one handed out last in ours, which begins at 1.
    const positions = (): readonly number[] | undefined => reader.positions.get(topicOf("events"));
    return { ready: reader.placed, close: () => this.#end(reader), ...(topics.includes("events") ? { positions } : {}) };
  }

  /** Throws when a new follower does not find its place in time. */
  async placed(): Promise<void> {
    if (this.#placing.size === 0) return;
    const placed = await within(this.#options.clock, PLACED_WITHIN_MS, Promise.all(this.#placing));
    if (placed === TIMED_OUT) throw fail("ERR_OPERATION_FAILED", "the event log is away", { retryAfterMs: 500 });
  }

  /** All followers have read up to there. */
  haveRead(ends: Positions): boolean {
    return this.#placing.size === 0 && [...this.#readers].every(({ positions }) => [...positions].every(([topic, offsets]) =>
      offsets.every((offset, partition) => offset >= (ends.get(topic)?.[partition] ?? 0))));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readers].map((reader) => this.#end(reader)));
  }

  #place(reader: KafkaReader<LogRecord>): void {
    // Rejects only when the follower is closed first.
    const placing = reader.place().catch(() => undefined).finally(() => this.#placing.delete(placing));
    this.#placing.add(placing);
  }

  async #end(reader: KafkaReader<LogRecord>): Promise<void> {
    this.#readers.delete(reader);
    await reader.close();
  }
}
