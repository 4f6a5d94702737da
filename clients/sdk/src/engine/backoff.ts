import type { Random } from "../random.js";
import { comesInWaves } from "./close-codes.js";

const CAP_MS = 60_000;
const STEP_MS = 1_000;
const WAVE_MS = 5_000;

export interface Failure {
  readonly code: number;
  /** What the server asked for; 0 for no hint. */
  readonly retryAfterMs: number;
}

/** Waits before attempts to connect (chat.md 26.8.10, reliability.md R3, R4): full jitter, so that clients do not come back as waves. */
export class Backoff {
  readonly #random: Pick<Random, "next">;
  #failures = 0;

  constructor(random: Pick<Random, "next">) {
    this.#random = random;
  }

  next({ code, retryAfterMs }: Failure): number {
    const n = this.#failures;
    this.#failures += 1;
    if (retryAfterMs > 0) return retryAfterMs + this.#upTo(retryAfterMs);
    if (n === 0 && comesInWaves(code)) return this.#upTo(WAVE_MS);
    return this.#upTo(Math.min(CAP_MS, STEP_MS * 2 ** n));
  }

  /** The connection has proved itself. */
  reset(): void {
    this.#failures = 0;
  }

  #upTo(ms: number): number {
    return Math.floor(this.#random.next() * ms);
  }
}
