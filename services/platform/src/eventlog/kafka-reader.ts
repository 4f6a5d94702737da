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
  edgesOf, FETCH_PAUSE_MS, fetchFrom, leadersOf,
  type FetchAnswer, type FetchedPartition, type Positions, type TopicShape, type Wanted,
} from "./kafka-fetch.js";
import type { FetchedMessage } from "./kafka-records.js";

export type Fetched = { readonly topic: string; readonly partition: number; readonly message: FetchedMessage };

export type KafkaReaderOptions = {
  readonly name: string;
  readonly cluster: Cluster;
  readonly topics: readonly TopicShape[];
  readonly from: "start" | "end";
  /** Within the call the messages are its; what it throws ends nothing. */
  readonly onMessages: (messages: readonly Fetched[]) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

export class KafkaReader {
  readonly #options: KafkaReaderOptions;
  readonly #stop = new AbortController();
  readonly #loops = new Map<string, Promise<void>>();
  #positions: Positions = new Map();
  #leaders: ReadonlyMap<string, Wanted> = new Map();
  #placed: Promise<void> | undefined;
  /** Failures in a row, by broker. */
  readonly #failures = new Map<string, number>();
  #fetchedAt = 0;
  readonly #behind = new Map<string, { readonly records: number; readonly sinceMs: number }>();

  constructor(options: KafkaReaderOptions) {
    this.#options = options;
  }

  /** Resolves when its place in the log is fixed: what is appended later, it will read. Rejects only when it is closed first. */
  place(): Promise<void> {
    this.#placed ??= this.#findPlace();
    return this.#placed;
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
    return this.#options.clock.monotonic() - this.#fetchedAt;
  }

  /** Records known to wait, over all partitions, and the age of the newest read where some do. */
  get lag(): { readonly records: number; readonly ms: number } {
    const now = this.#options.clock.now();
    const behind = [...this.#behind.values()];
    return {
      records: behind.reduce((sum, { records }) => sum + records, 0),
      ms: behind.reduce((most, { sinceMs }) => Math.max(most, now - sinceMs), 0),
    };
  }

  /** Nothing is handed out after the call. */
  async close(): Promise<void> {
    this.#stop.abort();
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
        this.#fetchedAt = this.#options.clock.monotonic();
        this.#spread();
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
        this.#fetchedAt = this.#options.clock.monotonic();
        if (!this.#stop.signal.aborted && this.#take(answer) > 0) await this.#pause(FETCH_PAUSE_MS);
      } catch (error) {
        await this.#recover(node, error);
      }
    }
  }

  /** Answers how many it handed out. */
  #take({ responses }: FetchAnswer): number {
    const batch: Fetched[] = [];
    for (const { topicName: topic, partitions } of responses) {
      const positions = this.#positions.get(topic);
      if (positions === undefined) continue;
      for (const fetched of partitions) this.#takePartition(topic, fetched, positions, batch);
    }
    try {
      if (batch.length > 0) this.#options.onMessages(batch);
    } catch (error) {
      this.#options.log.error({ error, records: batch.length }, "a follower of the event log threw");
    }
    return batch.length;
  }

  #takePartition(topic: string, fetched: FetchedPartition, positions: number[], batch: Fetched[]): void {
    const { partition, highWatermark, messages } = fetched;
    for (const message of messages) {
      const offset = Number(message.offset);
      // A batch of the log is answered whole, also when the place is in its middle.
      if (offset < (positions[partition] ?? 0)) continue;
      positions[partition] = offset + 1;
      batch.push({ topic, partition, message });
    }
    const last = messages.at(-1);
    if (last === undefined) return;
    const records = Number(highWatermark) - (positions[partition] ?? 0);
    if (records > 0) this.#behind.set(`${topic}/${partition}`, { records, sinceMs: Number(last.timestamp) });
    else this.#behind.delete(`${topic}/${partition}`);
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
    positions.forEach((position, partition) => {
      const start = starts.get(topic)?.[partition] ?? 0;
      if (position >= start && position <= (ends.get(topic)?.[partition] ?? 0)) return;
      log.warn({ reader: name, topic, partition, position, start }, "place in the event log is gone, going on from its start");
      positions[partition] = start;
    });
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
