/**
 * How far a reader is behind (E20), in records and in time. What is not known counts: while a broker does not answer,
 * the time grows from its last answer on.
 */
import type { Clock } from "../time/index.js";

/** A fetch waits for records, then a pause and the way; an answer that is younger than this says what is so now. */
const FRESH_MS = 1_000;

export type Lag = { readonly records: number; readonly ms: number };

type Behind = {
  readonly records: number;
  /** When the newest record that was read was appended, by the clock of who appended it. */
  readonly newestAtMs: number;
  /** When the last answer came that left nothing, by this process's clock: what waits came later. */
  readonly since: number;
};

export type ReadOf = { readonly records: number; readonly newestAtMs: number };

export class ReaderLag {
  readonly #clock: Clock;
  readonly #answeredAt = new Map<string, number>();
  readonly #behind = new Map<string, Behind>();
  /** Of any broker; first when the place was begun to be looked for. */
  #heardAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#heardAt = clock.monotonic();
  }

  /** Since the last answer of any broker: a part of liveness (K4). */
  get silentMs(): number {
    return this.#clock.monotonic() - this.#heardAt;
  }

  get lag(): Lag {
    const behind = [...this.#behind.values()];
    return {
      records: behind.reduce((sum, { records }) => sum + records, 0),
      ms: Math.max(this.#unknownMs(), ...behind.map((each) => this.#ageOf(each))),
    };
  }

  /** The place was found: up to here nothing is missing. */
  heard(): void {
    this.#heardAt = this.#clock.monotonic();
  }

  /** These brokers have what is read, and no others. One that is new is known from the oldest answer on. */
  askedAre(nodes: ReadonlySet<string>): void {
    const oldest = Math.min(this.#heardAt, ...this.#answeredAt.values());
    for (const node of this.#answeredAt.keys()) if (!nodes.has(node)) this.#answeredAt.delete(node);
    for (const node of nodes) if (!this.#answeredAt.has(node)) this.#answeredAt.set(node, oldest);
  }

  /** After all partitions of the answer were told. */
  answered(node: string): void {
    this.#heardAt = this.#clock.monotonic();
    if (this.#answeredAt.has(node)) this.#answeredAt.set(node, this.#heardAt);
  }

  /** What an answer left of a partition. */
  left(node: string, partition: string, { records, newestAtMs }: ReadOf): void {
    if (records <= 0) {
      this.#behind.delete(partition);
      return;
    }
    const since = this.#behind.get(partition)?.since ?? this.#answeredAt.get(node) ?? this.#heardAt;
    this.#behind.set(partition, { records, newestAtMs, since });
  }

  /** Both bound it from above; clocks of other machines may be wrong. */
  #ageOf({ newestAtMs, since }: Behind): number {
    return Math.max(0, Math.min(this.#clock.now() - newestAtMs, this.#clock.monotonic() - since));
  }

  #unknownMs(): number {
    const oldest = this.#answeredAt.size === 0 ? this.#heardAt : Math.min(...this.#answeredAt.values());
    const ms = this.#clock.monotonic() - oldest;
    return ms > FRESH_MS ? ms : 0;
  }
}
