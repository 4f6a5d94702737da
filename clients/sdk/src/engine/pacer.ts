import type { Clock, Timer } from "../clock.js";

export interface Pace {
  readonly perSecond: number;
  readonly burst: number;
}

const WAITING_MAX = 2_000;

/** Lets frames out in order, no faster than the gateway takes them, so that a burst of sends is not a breach of the limit. */
export class Pacer {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #pace: Pace = { perSecond: 20, burst: 40 };
  #tokens = 40;
  #filledAt: number;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#filledAt = clock.monotonic();
  }

  /** From welcome; 0 keeps what is set. */
  set(pace: Pace): void {
    // A little below what is allowed: heartbeats pass by, and the gateway's clock is another.
    if (pace.perSecond > 0) this.#pace = { perSecond: pace.perSecond * 0.9, burst: Math.max(1, pace.burst * 0.9) };
    this.#tokens = this.#pace.burst;
  }

  /** False when too much waits. */
  run(action: () => void): boolean {
    if (this.#waiting.length >= WAITING_MAX) return false;
    this.#waiting.push(action);
    this.#drain();
    return true;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting.length = 0;
  }

  #drain(): void {
    if (this.#timer !== undefined) return;
    this.#fill();
    while (this.#tokens >= 1) {
      const action = this.#waiting.shift();
      if (action === undefined) return;
      this.#tokens -= 1;
      action();
    }
    if (this.#waiting.length === 0) return;
    const waitMs = Math.max(1, Math.ceil(((1 - this.#tokens) / this.#pace.perSecond) * 1_000));
    this.#timer = this.#clock.after(waitMs, () => {
      this.#timer = undefined;
      this.#drain();
    });
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    const grown = ((now - this.#filledAt) / 1_000) * this.#pace.perSecond;
    this.#tokens = Math.min(this.#pace.burst, this.#tokens + grown);
    this.#filledAt = now;
  }
}
