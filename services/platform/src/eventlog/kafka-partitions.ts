/**
 * The partitions a group's member owns: a runner for each, told apart from kafkajs so that no handler can hold up a
 * fetch, a heartbeat or another partition (K4, K5, K6).
 */
import type { PlacedRecord } from "./port.js";
import type { PartitionRunner } from "./runner.js";

/** A full runner is fed again when it has room for this many. */
const ROOM_MIN = 500;

type Owned<E> = {
  readonly runner: PartitionRunner<E>;
  /** Position as the broker has it; -1 when that is not known. */
  saved: number;
  /** End of the log as last heard. */
  head: number;
  /** When the newest record taken was appended. */
  newestAtMs: number;
};

export type PartitionsOptions<E> = {
  readonly makeRunner: (partition: number, position: number) => PartitionRunner<E>;
};

export type Offered = {
  readonly partition: number;
  /** In offset order. */
  readonly records: readonly PlacedRecord[];
  readonly head: number;
  readonly newestAtMs: number;
};

export class KafkaPartitions<E> {
  readonly #options: PartitionsOptions<E>;
  readonly #owned = new Map<number, Owned<E>>();
  readonly #ending = new Set<Promise<void>>();
  readonly #seen = new Set<number>();

  constructor(options: PartitionsOptions<E>) {
    this.#options = options;
  }

  get idle(): boolean {
    return [...this.#owned.values()].every(({ runner, saved }) => runner.idle && saved === runner.position);
  }

  hasRoom(partition: number): boolean {
    return (this.#owned.get(partition)?.runner.room ?? ROOM_MIN) >= ROOM_MIN;
  }

  /** After a join: others own what is not named, and the broker may not have what was saved. */
  keepOnly(partitions: readonly number[]): void {
    for (const [partition, owned] of this.#owned) {
      owned.saved = -1;
      if (!partitions.includes(partition)) this.#drop(partition, owned);
    }
  }

  /** Answers the offset of the last record it took or had before; undefined when it took none for want of room. */
  offer({ partition, records, head, newestAtMs }: Offered): number | undefined {
    const owned = this.#ownedAt(partition, records[0]!.offset - 1, head);
    owned.head = head;
    const { runner } = owned;
    const fresh = records.filter(({ offset }) => offset > runner.newest);
    const taken = fresh.slice(0, runner.room);
    if (taken.length > 0) {
      owned.newestAtMs = newestAtMs;
      runner.offer(taken);
    }
    if (taken.length === fresh.length) return records.at(-1)!.offset;
    return taken.at(-1)?.offset;
  }

  /** Positions that the broker does not have yet. */
  moved(): readonly (readonly [partition: number, position: number])[] {
    return [...this.#owned]
      .filter(([, { runner, saved }]) => runner.position !== saved)
      .map(([partition, { runner }]) => [partition, runner.position] as const);
  }

  saved(positions: readonly (readonly [partition: number, position: number])[]): void {
    for (const [partition, position] of positions) {
      const owned = this.#owned.get(partition);
      if (owned !== undefined) owned.saved = position;
    }
  }

  /** By partition; the time is the age of the newest record taken, 0 when none waits. What others own now is theirs to tell. */
  lags(now: number): ReadonlyMap<number, { readonly records: number; readonly ms: number }> {
    return new Map([...this.#seen].map((partition) => {
      const owned = this.#owned.get(partition);
      const records = owned === undefined ? 0 : Math.max(0, owned.head - owned.runner.position);
      return [partition, { records, ms: records === 0 ? 0 : Math.max(0, now - (owned?.newestAtMs ?? now)) }];
    }));
  }

  /** Starts nothing more and waits for handlers that run. Positions stay readable. */
  async stop(): Promise<void> {
    await Promise.all([...this.#ending, ...[...this.#owned.values()].map(({ runner }) => runner.stop())]);
  }

  #ownedAt(partition: number, position: number, head: number): Owned<E> {
    const known = this.#owned.get(partition);
    // The log ends before what was read of it: it is another log (E16).
    if (known !== undefined && head >= known.runner.newest) return known;
    if (known !== undefined) this.#drop(partition, known);
    const owned = { runner: this.#options.makeRunner(partition, position), saved: -1, head, newestAtMs: 0 };
    this.#owned.set(partition, owned);
    this.#seen.add(partition);
    return owned;
  }

  #drop(partition: number, { runner }: Owned<E>): void {
    this.#owned.delete(partition);
    const ending = runner.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
