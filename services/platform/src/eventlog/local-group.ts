/**
 * One consumer group of the in-process log: a runner per partition, fed from the store.
 *
 *   wake (new head) → fetch above the newest taken → offer → progress → checkpoint, at most every 100 ms
 *
 * A crash repeats what was handled since the last checkpoint, which idempotent handlers do not notice.
 */
import type { Log } from "../log/index.js";
import type { Random } from "../random/index.js";
import type { Clock, Timer } from "../time/index.js";
import type { LocalLogStore } from "./local-store.js";
import type { Decode, EventHandlers } from "./port.js";
import { PartitionRunner, type Outcome } from "./runner.js";
import { EVENT_PARTITIONS } from "./partition.js";

const FETCH_MAX = 200;
/** A full runner is fed again when this much has become free, not record by record. */
const FETCH_MIN = 100;
const FETCH_RETRY_MS = 500;
const CHECKPOINT_AFTER_MS = 100;

export type LocalGroupOptions<E> = {
  readonly group: string;
  readonly handlers: EventHandlers<E>;
  readonly decode: Decode<E>;
  readonly positionOf: (partition: number) => number;
  readonly headOf: (partition: number) => number;
  readonly store: LocalLogStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onOutcome: (outcome: Outcome) => void;
};

export class LocalGroup<E> {
  readonly #options: LocalGroupOptions<E>;
  readonly #runners: readonly PartitionRunner<E>[];
  readonly #saved: number[];
  readonly #fetching = new Map<number, Promise<void>>();
  #checkpointTimer: Timer | undefined;
  #saving: Promise<void> | undefined;
  readonly #stop = new AbortController();

  constructor(options: LocalGroupOptions<E>) {
    this.#options = options;
    const partitions = Array.from({ length: EVENT_PARTITIONS }, (_, partition) => partition);
    this.#saved = partitions.map((partition) => options.positionOf(partition));
    this.#runners = partitions.map((partition) => new PartitionRunner({
      ...options,
      partition,
      position: this.#saved[partition]!,
      deadLetters: options.store,
      onProgress: () => this.#progress(partition),
    }));
  }

  /** Nothing fetched or handled, and every partition at its end. */
  get idle(): boolean {
    if (this.#fetching.size > 0) return false;
    return this.#runners.every((runner, partition) => runner.idle && runner.newest >= this.#options.headOf(partition));
  }

  positionOf(partition: number): number {
    return this.#runners[partition]?.position ?? 0;
  }

  /** There may be something above what was taken. */
  wake(partition: number): void {
    const runner = this.#runners[partition];
    if (runner === undefined || this.#stop.signal.aborted || this.#fetching.has(partition)) return;
    if (runner.room < FETCH_MIN && !runner.idle) return;
    if (runner.newest >= this.#options.headOf(partition)) return;
    const fetching = this.#fetch(runner, partition).finally(() => {
      this.#fetching.delete(partition);
      this.wake(partition);
    });
    this.#fetching.set(partition, fetching);
  }

  wakeAll(): void {
    for (let partition = 0; partition < this.#runners.length; partition += 1) this.wake(partition);
  }

  /** Waits for handlers that run, then stores the positions. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#checkpointTimer?.cancel();
    await Promise.all(this.#runners.map((runner) => runner.stop()));
    await Promise.all(this.#fetching.values());
    await this.#saving;
    await this.#save();
  }

  async #fetch(runner: PartitionRunner<E>, partition: number): Promise<void> {
    const { store, log, clock, group } = this.#options;
    const head = this.#options.headOf(partition);
    const limit = Math.min(FETCH_MAX, runner.room);
    try {
      const records = await store.fetch({ partition, after: runner.newest, limit });
      if (records.length > 0) runner.offer(records);
      else runner.skipTo(head);
    } catch (error) {
      log.warn({ group, partition, error }, "event log not readable, will retry");
      await clock.sleep(FETCH_RETRY_MS, this.#stop.signal).catch(() => undefined);
    }
  }

  #progress(partition: number): void {
    this.wake(partition);
    if (this.#stop.signal.aborted) return;
    this.#checkpointTimer ??= this.#options.clock.after(CHECKPOINT_AFTER_MS, () => {
      this.#checkpointTimer = undefined;
      this.#saving = (this.#saving ?? Promise.resolve()).then(() => this.#save());
    });
  }

  async #save(): Promise<void> {
    const moved = this.#runners
      .map((runner, partition) => [this.#options.group, partition, runner.position] as const)
      .filter(([, partition, position]) => position > this.#saved[partition]!);
    if (moved.length === 0) return;
    try {
      await this.#options.store.checkpoint(moved);
      for (const [, partition, position] of moved) this.#saved[partition] = position;
    } catch (error) {
      this.#options.log.warn({ group: this.#options.group, error }, "positions not stored, will retry");
      this.#progress(moved[0]![1]);
    }
  }
}
