/** Tells the broker a group's positions, at most every 100 ms, and again while it does not take them. */
import type { Consumer } from "kafkajs";
import type { Log } from "../log/index.js";
import { TIMED_OUT, within, type Clock, type Timer } from "../time/index.js";
import { kafkaTypeOf } from "./kafka-errors.js";
import type { KafkaPartitions } from "./kafka-partitions.js";

const COMMIT_AFTER_MS = 100;
const RETRY_MAX_MS = 2_000;
const WITHIN_MS = 10_000;

export type KafkaCommitsOptions = {
  readonly group: string;
  readonly topic: string;
  readonly partitions: Pick<KafkaPartitions<unknown>, "moved" | "saved">;
  /** The one that runs now. */
  readonly consumer: () => Pick<Consumer, "commitOffsets"> | undefined;
  readonly clock: Clock;
  readonly log: Log;
};

export class KafkaCommits {
  readonly #options: KafkaCommitsOptions;
  #timer: Timer | undefined;
  #committing: Promise<void> = Promise.resolve();
  #failures = 0;
  #isStopped = false;

  constructor(options: KafkaCommitsOptions) {
    this.#options = options;
  }

  soon(): void {
    if (this.#isStopped) return;
    const wait = Math.min(RETRY_MAX_MS, COMMIT_AFTER_MS * 2 ** Math.min(this.#failures, 10));
    this.#timer ??= this.#options.clock.after(wait, () => {
      this.#timer = undefined;
      this.#committing = this.#committing.then(() => this.#commit());
    });
  }

  /** From now on only `last` commits. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async last(withinMs: number): Promise<void> {
    await within(this.#options.clock, withinMs, this.#committing.then(() => this.#commit()));
  }

  /**
   * Never throws, and stands outside of eachBatch: a member the broker does not know any more is no reason for kafkajs
   * to give the consumer up (K11); its own loop finds out with the next heartbeat and joins again.
   */
  async #commit(): Promise<void> {
    const { topic, group, partitions, clock, log } = this.#options;
    const moved = partitions.moved();
    const consumer = this.#options.consumer();
    if (moved.length === 0 || consumer === undefined) return;
    try {
      const offsets = moved.map(([partition, position]) => ({ topic, partition, offset: String(position) }));
      const committed = await within(clock, WITHIN_MS, consumer.commitOffsets(offsets));
      if (committed === TIMED_OUT) throw new Error("no answer in time");
      this.#failures = 0;
      if (consumer === this.#options.consumer()) partitions.saved(moved);
    } catch (error) {
      this.#failures += 1;
      if (this.#failures === 1) log.warn({ group, reason: kafkaTypeOf(error), error }, "positions not stored, will retry");
      this.soon();
    }
  }
}
