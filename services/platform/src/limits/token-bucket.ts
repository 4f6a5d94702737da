import type { Clock } from "../time/index.js";

export interface Rate {
  readonly ratePerSecond: number;
  /** What may be taken at once after a rest. */
  readonly burst: number;
}

/** Lets `ratePerSecond` things through, with bursts. Starts full. */
export class TokenBucket {
  readonly #clock: Pick<Clock, "monotonic">;
  #rate: Rate;
  #tokens: number;
  #atMs: number;

  constructor(rate: Rate, clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#atMs = clock.monotonic();
  }

  /** False when there is not enough; then nothing was taken. */
  take(count = 1): boolean {
    this.#refill();
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** Milliseconds until `take(count)` may succeed; 0 when it would now. */
  retryAfterMs(count = 1): number {
    this.#refill();
    const missing = Math.min(count, this.#rate.burst) - this.#tokens;
    return missing <= 0 ? 0 : Math.ceil((missing * 1_000) / this.#rate.ratePerSecond);
  }

  /** Whole tokens left. */
  get remaining(): number {
    this.#refill();
    return Math.floor(this.#tokens);
  }

  /** Changes the rate without giving anything away: what is left stays, up to the new burst. */
  configure(rate: Rate): void {
    this.#refill();
    this.#rate = rate;
    this.#tokens = Math.min(this.#tokens, rate.burst);
  }

  #refill(): void {
    const nowMs = this.#clock.monotonic();
    const gained = ((nowMs - this.#atMs) * this.#rate.ratePerSecond) / 1_000;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + gained);
    this.#atMs = nowMs;
  }
}
