import type { Clock, Timer } from "@parlance/platform/time";

const STEP_MS = 250;

export interface OnWheel {
  /** Place in the wheel; 0: none. */
  wheelSlot: number;
}

/**
 * One deadline per item, for very many items, with one timer for all of them. A deadline is noticed up to two steps of
 * 250 ms late, never early.
 */
export class Wheel<T extends OnWheel> {
  readonly #clock: Clock;
  readonly #onDue: (item: T) => void;
  readonly #slots = new Map<number, Set<T>>();
  #turned: number;
  #timer: Timer | undefined;

  constructor(clock: Clock, onDue: (item: T) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
    this.#turned = this.#now();
  }

  start(): void {
    this.#turned = this.#now();
    this.#timer = this.#clock.every(STEP_MS, () => this.#turn());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#slots.clear();
  }

  /** Takes the place of an earlier deadline of the item. */
  arm(item: T, ms: number): void {
    this.cancel(item);
    const slot = Math.max(this.#turned + 1, Math.ceil((this.#clock.monotonic() + ms) / STEP_MS));
    item.wheelSlot = slot;
    const items = this.#slots.get(slot);
    if (items === undefined) this.#slots.set(slot, new Set([item]));
    else items.add(item);
  }

  cancel(item: T): void {
    if (item.wheelSlot === 0) return;
    const items = this.#slots.get(item.wheelSlot);
    items?.delete(item);
    if (items?.size === 0) this.#slots.delete(item.wheelSlot);
    item.wheelSlot = 0;
  }

  #now(): number {
    return Math.floor(this.#clock.monotonic() / STEP_MS);
  }

  #turn(): void {
    for (const now = this.#now(); this.#turned < now;) {
      this.#turned += 1;
      const due = this.#slots.get(this.#turned);
      this.#slots.delete(this.#turned);
      for (const item of due ?? []) {
        item.wheelSlot = 0;
        this.#onDue(item);
      }
    }
  }
}
