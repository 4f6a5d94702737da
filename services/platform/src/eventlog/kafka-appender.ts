/** Splits what is appended over the partition groups' queues: all of a call or none of it. */
import { fail } from "../errors/index.js";
import type { BoundedQueue } from "../limits/index.js";
import type { Clock } from "../time/index.js";
import type { KafkaProducer } from "./kafka-producer.js";
import { assertAppendable, bytesOf, messageOf, type PartitionOf } from "./kafka-records.js";
import { Call, SendQueue, type Entry } from "./kafka-send-queue.js";
import type { LogRecord, Topic } from "./port.js";

/** CK7. */
const GROUPS = 4;

export type KafkaAppenderOptions = {
  readonly producer: KafkaProducer;
  readonly topicOf: (topic: Topic) => string;
  readonly partitionOf: PartitionOf;
  readonly clock: Clock;
  readonly queueBytesMax?: number;
};

export class KafkaAppender {
  readonly #options: KafkaAppenderOptions;
  /** Live records have queues of their own, so that they delay no fact. */
  readonly #queues: Readonly<Record<Topic, readonly SendQueue[]>>;
  #refusals = 0;

  constructor(options: KafkaAppenderOptions) {
    this.#options = options;
    this.#queues = { events: this.#groupsOf("events", -1), live: this.#groupsOf("live", 1) };
  }

  get queues(): readonly BoundedQueue<unknown>[] {
    return this.#all.map(({ queue }) => queue);
  }

  /** Appends refused because a queue was full. */
  get refusals(): number {
    return this.#refusals;
  }

  get idle(): boolean {
    return this.#all.every((queue) => queue.idle);
  }

  /** Facts are refused when one of their queues is full; live records are dropped then, as P24 allows. */
  append(records: readonly LogRecord[]): Promise<void> {
    for (const record of records) assertAppendable(record);
    const facts = records.filter(({ topic }) => topic === "events");
    const call = new Call(facts.length);
    const waiting = this.#byQueue("events", facts, call);
    if ([...waiting].some(([queue, entries]) => !queue.hasRoomFor(entries))) {
      this.#refusals += 1;
      throw fail("ERR_TOO_MANY_REQUESTS", "the event log's queue is full", { retryAfterMs: 100 });
    }
    for (const [queue, entries] of waiting) for (const entry of entries) queue.push(entry);
    this.#appendLive(records);
    return facts.length === 0 ? Promise.resolve() : call.done;
  }

  /** Refuses what waits; resolves when nothing is under way. */
  async stop(): Promise<void> {
    for (const queue of this.#all) queue.stop();
    await Promise.all(this.#all.map((queue) => queue.settled()));
  }

  async settled(): Promise<void> {
    await Promise.all(this.#all.map((queue) => queue.settled()));
  }

  get #all(): readonly SendQueue[] {
    return [...this.#queues.events, ...this.#queues.live];
  }

  #appendLive(records: readonly LogRecord[]): void {
    const live = records.filter(({ topic }) => topic === "live");
    if (live.length === 0) return;
    for (const [queue, entries] of this.#byQueue("live", live, new Call(live.length))) {
      for (const entry of entries) queue.push(entry);
    }
  }

  #byQueue(topic: Topic, records: readonly LogRecord[], call: Call): ReadonlyMap<SendQueue, Entry[]> {
    const byQueue = new Map<SendQueue, Entry[]>();
    for (const record of records) {
      const partition = this.#options.partitionOf(topic, record.key);
      const queue = this.#queues[topic][partition % GROUPS]!;
      const entry = { message: messageOf(record, partition), bytes: bytesOf(record), call };
      const entries = byQueue.get(queue);
      if (entries === undefined) byQueue.set(queue, [entry]);
      else entries.push(entry);
    }
    return byQueue;
  }

  #groupsOf(topic: Topic, acks: -1 | 1): readonly SendQueue[] {
    const { producer, topicOf, clock, queueBytesMax } = this.#options;
    return Array.from({ length: GROUPS }, (_, group) => new SendQueue({
      name: `eventlog.${topic}.${group}`,
      send: (messages) => producer.send({ topic: topicOf(topic), messages, acks }),
      clock,
      ...(queueBytesMax === undefined ? {} : { bytesMax: queueBytesMax }),
    }));
  }
}
