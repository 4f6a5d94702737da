/**
 * Reads whole topics from a place on, with positions of its own and without a consumer group (E8): nothing to join,
 * nothing to rebalance, nothing a broker forgets. A broker that is away is asked again until it is back; then reading
 * goes on where it was.
 *
 *   place → a loop per leading broker: fetch → hand out → move on
 */
import type { Cluster } from "kafkajs";
import type { Log } from "../log/index.js";
import type { Random } from "../random/index.js";
import type { Clock } from "../time/index.js";
import { letGo, RETRY } from "./kafka-client.js";
import { kafkaTypeOf } from "./kafka-errors.js";
import {
  edgesOf, fetchFrom, leadersOf,
  type FetchAnswer, type FetchedPartition, type Positions, type TopicShape, type Wanted,
} from "./kafka-fetch.js";
import { ReaderLag, type Lag } from "./kafka-lag.js";
import type { FetchedMessage } from "./kafka-records.js";

/** Records of a topic that were gone before they were read; how many is not known when the topic is another one. */
export type LostPlace = { readonly topic: string; readonly partition: number; readonly records: number | undefined };

export type KafkaReaderOptions<T> = {
  readonly name: string;
  readonly cluster: Cluster;
  readonly topics: readonly TopicShape[];
  readonly from: "start" | "end";
  /** What is handed out of a message: one object a record, as little of it decoded as possible. */
  readonly make: (topic: string, partition: number, message: FetchedMessage) => T;
  /** Within the call they are its; what it throws ends nothing. */
  readonly onRecords: (records: readonly T[]) => void;
  /** Comes before the first record after the gap. */
  readonly onLost?: (lost: readonly LostPlace[]) => void;
  /** Between fetches that bring something. */
  readonly pauseMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

type Answered = {
  readonly node: string;
  readonly topic: string;
  readonly fetched: FetchedPartition;
  /** Is moved on. */
  readonly positions: number[];
};

export class KafkaReader<T> {
  readonly #options: KafkaReaderOptions<T>;
  readonly #stop = new AbortController();
  readonly #loops = new Map<string, Promise<void>>();
  #positions: Positions = new Map();
  #leaders: ReadonlyMap<string, Wanted> = new Map();
  #placing: Promise<void> | undefined;
  #tellPlaced: () => void = () => undefined;
  /** Resolves when its place is fixed or it is closed; begins nothing. */
  readonly placed = new Promise<void>((resolve) => (this.#tellPlaced = resolve));
  /** Failures in a row, by broker. */
  readonly #failures = new Map<string, number>();
  readonly #lag: ReaderLag;

  constructor(options: KafkaReaderOptions<T>) {
    this.#options = options;
    this.#lag = new ReaderLag(options.clock);
  }

  /** Resolves when its place in the log is fixed: what is appended later, it will read. Rejects only when it is closed first. */
  place(): Promise<void> {
    this.#placing ??= this.#findPlace();
    return this.#placing;
  }

  /** Next offset to read of each partition. */
  get positions(): Positions {
    return this.#positions;
  }

  get isClosed(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Since the last answer of a broker. */
  get fetchAgeMs(): number {
    return this.#lag.silentMs;
  }

  get lag(): Lag {
    return this.#lag.lag;
  }

  /** Nothing is handed out after the call. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#tellPlaced();
    const { cluster, clock, log } = this.#options;
    await letGo({ disconnect: async () => {
      await Promise.all(this.#loops.values());
      await cluster.disconnect();
    } }, clock, log);
  }

  async #findPlace(): Promise<void> {
    const { cluster, topics, from } = this.#options;
    for (;;) {
      this.#stop.signal.throwIfAborted();
      try {
        await cluster.connect();
        await cluster.addMultipleTargetTopics(topics.map(({ topic }) => topic));
        this.#positions = await edgesOf(cluster, topics, from);
        this.#stop.signal.throwIfAborted();
        this.#lag.heard();
        this.#spread();
        this.#tellPlaced();
        return;
      } catch (error) {
        await this.#backOff("any", error);
      }
    }
  }

  /** A loop for each broker that leads something. */
  #spread(): void {
    if (this.#stop.signal.aborted) return;
    this.#leaders = leadersOf(this.#options.cluster, this.#options.topics);
    this.#lag.askedAre(new Set(this.#leaders.keys()));
    for (const node of this.#leaders.keys()) {
      if (this.#loops.has(node)) continue;
      const loop = this.#readFrom(node).finally(() => this.#loops.delete(node));
      this.#loops.set(node, loop);
    }
  }

  async #readFrom(node: string): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const wanted = this.#leaders.get(node);
      if (wanted === undefined) return;
      try {
        const answer = await fetchFrom(this.#options.cluster, node, wanted, this.#positions);
        this.#failures.delete(node);
        if (!this.#stop.signal.aborted && this.#take(node, answer) > 0) await this.#pause(this.#options.pauseMs);
      } catch (error) {
        await this.#recover(node, error);
      }
    }
  }

  /** Answers how many it handed out. */
  #take(node: string, { responses }: FetchAnswer): number {
    const batch: T[] = [];
    for (const { topicName: topic, partitions } of responses) {
      const positions = this.#positions.get(topic);
      if (positions === undefined) continue;
      for (const fetched of partitions) this.#takePartition({ node, topic, fetched, positions }, batch);
    }
    this.#hand(batch);
    this.#lag.answered(node);
    return batch.length;
  }

  #hand(batch: readonly T[]): void {
    if (batch.length === 0) return;
    try {
      this.#options.onRecords(batch);
    } catch (error) {
      this.#options.log.error({ error, records: batch.length }, "a follower of the event log threw");
    }
  }

  #takePartition({ node, topic, fetched, positions }: Answered, batch: T[]): void {
    const { partition, highWatermark, messages } = fetched;
    const { make } = this.#options;
    let position = positions[partition] ?? 0;
    for (const message of messages) {
      const offset = Number(message.offset);
      // A batch of the log is answered whole, also when the place is in its middle.
      if (offset < position) continue;
      position = offset + 1;
      batch.push(make(topic, partition, message));
    }
    positions[partition] = position;
    const newestAtMs = Number(messages.at(-1)?.timestamp ?? 0);
    this.#lag.left(node, `${topic}/${partition}`, { records: Number(highWatermark) - position, newestAtMs });
  }

  async #recover(node: string, error: unknown): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { cluster, clock, log } = this.#options;
    try {
      const { host, port, topic } = error as { readonly host?: string; readonly port?: number; readonly topic?: string };
      if (kafkaTypeOf(error) === "OFFSET_OUT_OF_RANGE" && topic !== undefined) await this.#findAgain(topic);
      // The pool keeps a closed connection until it is told, and one that answers nothing for ever.
      if (typeof host === "string" && typeof port === "number") cluster.removeBroker({ host, port });
      if (error instanceof Error && error.name === "KafkaJSRequestTimeoutError") await letGo(cluster, clock, log);
      await this.#backOff(node, error);
      if (this.#stop.signal.aborted) return;
      await cluster.connect();
      await cluster.refreshMetadata();
      this.#spread();
    } catch (again) {
      await this.#backOff(node, again);
    }
  }

  /** The log was wiped, or records were deleted before they were read: goes on with what there is (E16). */
  async #findAgain(topic: string): Promise<void> {
    const { cluster, topics, log, name } = this.#options;
    const shapes = topics.filter((shape) => shape.topic === topic);
    const [starts, ends] = [await edgesOf(cluster, shapes, "start"), await edgesOf(cluster, shapes, "end")];
    const positions = this.#positions.get(topic) ?? [];
    const lost: LostPlace[] = [];
    positions.forEach((position, partition) => {
      const start = starts.get(topic)?.[partition] ?? 0;
      const isPastEnd = position > (ends.get(topic)?.[partition] ?? 0);
      if (position >= start && !isPastEnd) return;
      log.warn({ reader: name, topic, partition, position, start }, "place in the event log is gone, going on from its start");
      positions[partition] = start;
      lost.push({ topic, partition, records: isPastEnd ? undefined : start - position });
    });
    if (lost.length > 0) this.#tellLost(lost);
  }

  #tellLost(lost: readonly LostPlace[]): void {
    try {
      this.#options.onLost?.(lost);
    } catch (error) {
      this.#options.log.error({ error }, "a follower of the event log threw");
    }
  }

  async #backOff(node: string, error: unknown): Promise<void> {
    const { random, log, name } = this.#options;
    const failures = this.#failures.get(node) ?? 0;
    this.#failures.set(node, failures + 1);
    if (failures === 0 && !this.#stop.signal.aborted) log.warn({ reader: name, node, error }, "event log not readable, will retry");
    const cap = Math.min(RETRY.maxRetryTime, RETRY.initialRetryTime * 2 ** Math.min(failures, 10));
    await this.#pause(cap / 2 + random.fullJitter(cap / 2));
  }

  async #pause(ms: number): Promise<void> {
    await this.#options.clock.sleep(ms, this.#stop.signal).catch(() => undefined);
  }
}
