/**
 * One member of a consumer group.
 *
 *   eachBatch → runner of the partition (returns at once) → handlers → position → commit, at most every 100 ms
 *
 * kafkajs fetches, joins and sends heartbeats; it never sees a handler. What the runner has no room for is not taken
 * and the partition pauses. A consumer that kafkajs gives up is built anew (K11); the partitions' work goes on meanwhile.
 */
import type { Consumer, EachBatchPayload, Kafka } from "kafkajs";
import type { Log } from "../log/index.js";
import type { Random } from "../random/index.js";
import { within, type Clock, type Timer } from "../time/index.js";
import { letGo } from "./kafka-client.js";
import { KafkaCommits } from "./kafka-commits.js";
import { buildConsumer } from "./kafka-consumer.js";
import { KafkaPartitions } from "./kafka-partitions.js";
import { FETCH_PAUSE } from "./kafka-fetch.js";
import { recordOf, type FetchedMessage } from "./kafka-records.js";
import type { DeadLetters, Decode, EventHandlers } from "./port.js";
import { PartitionRunner, type Outcome, type RunnerBounds } from "./runner.js";

const LAST_COMMIT_WITHIN_MS = 1_500;
const BUILT_WITHIN_MS = 2_500;
const WATCH_EVERY_MS = 5_000;
/** No answer for so long: the connection is dead and kafkajs does not notice, or not for minutes. */
const STALE_AFTER_MS = 30_000;
const BUILD_AGAIN_FROM_MS = 250;
const BUILD_AGAIN_MAX_MS = 5_000;
/** Q5 for all partitions together, should a member own all 24 of them. */
const BOUNDS: Partial<RunnerBounds> = { windowMax: 5_000, bytesMax: 1024 * 1024 };

export type KafkaGroupOptions<E> = {
  readonly kafka: Kafka;
  readonly group: string;
  readonly groupId: string;
  readonly topic: string;
  readonly sessionTimeoutMs: number;
  readonly handlers: EventHandlers<E>;
  readonly decode: Decode<E>;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onOutcome: (outcome: Outcome) => void;
};

export class KafkaGroup<E> {
  readonly #options: KafkaGroupOptions<E>;
  readonly #partitions: KafkaPartitions<E>;
  readonly #commits: KafkaCommits;
  readonly #paused = new Set<number>();
  readonly #stop = new AbortController();
  #consumer: Consumer | undefined;
  #building: Promise<void> | undefined;
  #watch: Timer | undefined;
  #built = 0;
  #fetchedAt: number;
  #pausedAt = 0;

  constructor(options: KafkaGroupOptions<E>) {
    this.#options = options;
    this.#fetchedAt = options.clock.monotonic();
    const { group, topic, handlers, decode, deadLetters, clock, random, log, onOutcome } = options;
    this.#partitions = new KafkaPartitions({
      makeRunner: (partition, position) => new PartitionRunner({
        group, partition, position, handlers, decode, deadLetters, clock, random, log, onOutcome, bounds: BOUNDS,
        onProgress: () => this.#progress(partition),
      }),
    });
    this.#commits = new KafkaCommits({ group, topic, partitions: this.#partitions, consumer: () => this.#consumer, clock, log });
  }

  /** Consumers made so far. */
  get built(): number {
    return this.#built;
  }

  /** All that was taken is handled, and the broker has the positions. */
  get idle(): boolean {
    return this.#partitions.idle;
  }

  get fetchAgeMs(): number {
    return this.#options.clock.monotonic() - this.#fetchedAt;
  }

  lags(): ReadonlyMap<number, { readonly records: number; readonly ms: number }> {
    return this.#partitions.lags(this.#options.clock.now());
  }

  start(): void {
    this.#watch ??= this.#options.clock.every(WATCH_EVERY_MS, () => this.#renewIfStale());
    this.#buildOne();
  }

  #buildOne(): void {
    this.#building ??= this.#build().finally(() => (this.#building = undefined));
  }

  /** Waits for handlers that run (each at most 10 s), and at most 6.5 s for the brokers. */
  async close(): Promise<void> {
    const { clock, log } = this.#options;
    this.#stop.abort();
    this.#commits.stop();
    this.#watch?.cancel();
    // Stopped while it joins, a kafkajs consumer joins all the same, and nobody can stop it any more.
    await within(clock, BUILT_WITHIN_MS, this.#building ?? Promise.resolve());
    const consumer = this.#consumer;
    if (consumer !== undefined) this.#pause(consumer);
    await this.#partitions.stop();
    await this.#commits.last(LAST_COMMIT_WITHIN_MS);
    this.#consumer = undefined;
    if (consumer !== undefined) await letGo(consumer, clock, log);
  }

  /** Until a consumer runs. It may not for long: topics unknown yet (K12), brokers away. */
  async #build(): Promise<void> {
    const { clock, random, log, group } = this.#options;
    for (let failures = 0; !this.#stop.signal.aborted; failures += 1) {
      const consumer = this.#make();
      try {
        await consumer.connect();
        await consumer.subscribe({ topics: [this.#options.topic], fromBeginning: true });
        if (this.#stop.signal.aborted) return await letGo(consumer, clock, log);
        this.#consumer = consumer;
        this.#paused.clear();
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: 8,
          eachBatch: async (payload) => {
            this.#take(consumer, payload);
            await this.#pauseOnce();
          },
        });
        return;
      } catch (error) {
        if (failures === 0) log.warn({ group, error }, "consumer not ready, will retry");
        await letGo(consumer, clock, log);
        const cap = Math.min(BUILD_AGAIN_MAX_MS, BUILD_AGAIN_FROM_MS * 2 ** Math.min(failures, 10));
        await clock.sleep(cap / 2 + random.fullJitter(cap / 2), this.#stop.signal).catch(() => undefined);
      }
    }
  }

  #make(): Consumer {
    this.#built += 1;
    const { kafka, groupId, sessionTimeoutMs } = this.#options;
    return buildConsumer(kafka, { groupId, sessionTimeoutMs }, {
      onJoin: (consumer, assignment) => {
        if (consumer === this.#consumer) this.#joined(assignment[this.#options.topic] ?? []);
      },
      onFetch: () => (this.#fetchedAt = this.#options.clock.monotonic()),
      isWanted: (consumer) => consumer === this.#consumer && !this.#stop.signal.aborted,
      onDead: (consumer, error) => this.#dead(consumer, error),
    });
  }

  #joined(partitions: readonly number[]): void {
    this.#options.log.info({ group: this.#options.group, partitions: partitions.length }, "consumer has joined its group");
    this.#partitions.keepOnly(partitions);
    this.#commits.soon();
  }

  #dead(consumer: Consumer, error: unknown): void {
    if (consumer !== this.#consumer || this.#stop.signal.aborted) return;
    this.#options.log.warn({ group: this.#options.group, error }, "consumer died, building another");
    this.#consumer = undefined;
    // It may die while it is being started.
    const before = this.#building ?? Promise.resolve();
    void before.then(() => this.#buildOne());
  }

  /** Once a fetch, however many partitions it brought. */
  async #pauseOnce(): Promise<void> {
    const { clock } = this.#options;
    if (clock.monotonic() - this.#pausedAt < FETCH_PAUSE.otherwiseMs) return;
    this.#pausedAt = clock.monotonic();
    await clock.sleep(FETCH_PAUSE.otherwiseMs);
  }

  #renewIfStale(): void {
    const consumer = this.#consumer;
    if (consumer === undefined || this.#building !== undefined || this.fetchAgeMs < STALE_AFTER_MS) return;
    const { clock, log } = this.#options;
    this.#fetchedAt = clock.monotonic();
    this.#dead(consumer, new Error("no answer from the brokers"));
    void letGo(consumer, clock, log);
  }

  /** Nothing in here waits, and nothing throws for a consumer that is wanted. */
  #take(consumer: Consumer, payload: EachBatchPayload): void {
    const { batch } = payload;
    if (this.#stop.signal.aborted || batch.messages.length === 0) return;
    // Given up while it joined: kafkajs ends it for this, and for nothing else.
    if (consumer !== this.#consumer) throw Object.assign(new Error("this consumer was given up"), { retriable: false });
    const { partition } = batch;
    const messages = batch.messages as readonly FetchedMessage[];
    const last = this.#partitions.offer({
      partition,
      records: messages.map((message) => recordOf("events", partition, message)),
      head: Number(batch.highWatermark),
      newestAtMs: Number(messages.at(-1)?.timestamp),
    });
    // The port's offsets are one above Kafka's.
    if (last !== undefined) payload.resolveOffset(String(last - 1));
    if (!this.#partitions.hasRoom(partition)) this.#pause(consumer, [partition]);
  }

  #pause(consumer: Consumer, partitions?: number[]): void {
    try {
      consumer.pause([{ topic: this.#options.topic, ...(partitions === undefined ? {} : { partitions }) }]);
      for (const partition of partitions ?? []) this.#paused.add(partition);
    } catch {
      // It has not joined, or was given up: nothing comes.
    }
  }

  #resume(partition: number): void {
    if (!this.#paused.delete(partition)) return;
    try {
      this.#consumer?.resume([{ topic: this.#options.topic, partitions: [partition] }]);
    } catch {
      // Whoever takes its place begins with nothing paused.
    }
  }

  #progress(partition: number): void {
    if (this.#stop.signal.aborted) return;
    if (this.#partitions.hasRoom(partition)) this.#resume(partition);
    this.#commits.soon();
  }
}
