import type { Clock, Timer } from "../time/index.js";

export interface Expirable {
  /** Unix ms. */
  readonly deadlineAt: number;
  expire(): void;
}

const TICK_MS = 20;

/**
 * Ends what runs beyond its deadline, with one timer for all: each tick looks at everything that runs, which is bounded
 * by credit and is cheaper than a timer per call. A deadline is noticed up to one tick late.
 */
export class Deadlines {
  readonly #clock: Pick<Clock, "now" | "every">;
  readonly #running = new Set<Expirable>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(clock: Pick<Clock, "now" | "every">) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#running.size;
  }

  add(one: Expirable): void {
    this.#running.add(one);
    if (this.#timer === undefined && !this.#closed) this.#timer = this.#clock.every(TICK_MS, () => this.#tick());
  }

  remove(one: Expirable): void {
    this.#running.delete(one);
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #tick(): void {
    if (this.#running.size === 0) return this.#stop();
    const now = this.#clock.now();
    for (const one of this.#running) {
      if (one.deadlineAt > now) continue;
      this.#running.delete(one);
      one.expire();
    }
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
