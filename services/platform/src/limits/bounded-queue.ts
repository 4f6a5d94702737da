import type { Clock } from "../time/index.js";

export interface BoundedQueueOptions {
  /** As in reliability.md 9; the label of its figures. */
  readonly name: string;
  readonly itemsMax: number;
  /** Default: no limit of bytes. */
  readonly bytesMax?: number;
  /** For `oldestAgeMs`; without it the age reads 0. */
  readonly clock?: Pick<Clock, "monotonic">;
}

interface Entry<T> {
  readonly item: T;
  readonly bytes: number;
  readonly atMs: number;
}

// Shifted entries are cut off in bulk, so that a shift costs the same at any depth.
const COMPACT_FROM = 256;

/**
 * First in, first out, and never more than it may hold: `push` says no instead. An item that alone is larger than
 * `bytesMax` is taken when the queue is empty, or it could never pass.
 */
export class BoundedQueue<T> {
  readonly name: string;
  readonly itemsMax: number;
  readonly bytesMax: number;
  readonly #clock: Pick<Clock, "monotonic"> | undefined;
  #entries: Entry<T>[] = [];
  #head = 0;
  #bytes = 0;
  #refusals = 0;

  constructor({ name, itemsMax, bytesMax = Number.POSITIVE_INFINITY, clock }: BoundedQueueOptions) {
    if (!(itemsMax > 0 && bytesMax > 0)) throw new RangeError(`queue ${name} has no room`);
    this.name = name;
    this.itemsMax = itemsMax;
    this.bytesMax = bytesMax;
    this.#clock = clock;
  }

  get depth(): number {
    return this.#entries.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Pushes that were refused since the start. */
  get refusals(): number {
    return this.#refusals;
  }

  get oldestAgeMs(): number {
    const oldest = this.#entries[this.#head];
    return oldest === undefined || this.#clock === undefined ? 0 : this.#clock.monotonic() - oldest.atMs;
  }

  /** False when full: nothing was taken and the refusal is counted. */
  push(item: T, bytes = 0): boolean {
    const tooMany = this.depth >= this.itemsMax;
    const tooLarge = this.depth > 0 && this.#bytes + bytes > this.bytesMax;
    if (tooMany || tooLarge) {
      this.#refusals += 1;
      return false;
    }
    this.#entries.push({ item, bytes, atMs: this.#clock?.monotonic() ?? 0 });
    this.#bytes += bytes;
    return true;
  }

  peek(): T | undefined {
    return this.#entries[this.#head]?.item;
  }

  shift(): T | undefined {
    const entry = this.#entries[this.#head];
    if (entry === undefined) return undefined;
    (this.#entries as (Entry<T> | undefined)[])[this.#head] = undefined;
    this.#head += 1;
    this.#bytes -= entry.bytes;
    if (this.#head >= COMPACT_FROM && this.#head * 2 >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return entry.item;
  }

  /** Takes from the front up to both limits, at least one item if there is any. Without limits: everything. */
  drain(itemsMax = Number.POSITIVE_INFINITY, bytesMax = Number.POSITIVE_INFINITY): T[] {
    const items: T[] = [];
    let bytes = 0;
    for (let entry = this.#entries[this.#head]; entry !== undefined; entry = this.#entries[this.#head]) {
      bytes += entry.bytes;
      if (items.length >= itemsMax || (items.length > 0 && bytes > bytesMax)) break;
      items.push(entry.item);
      this.shift();
    }
    return items;
  }
}
