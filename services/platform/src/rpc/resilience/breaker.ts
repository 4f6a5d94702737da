import { AppError, ErrorCode, fail } from "../../errors/index.js";
import type { Clock } from "../../time/index.js";
import type { RpcChannel } from "../channel.js";
import type { OutgoingContext } from "../context.js";

export interface BreakerOptions {
  readonly clock: Clock;
  /** Calls of one method that may be under way. Default 256: a quarter of a stream's credit. */
  readonly inFlightMax?: number;
}

const IN_FLIGHT_MAX = 256;
const WINDOW_MS = 10_000;
const CALLS_BEFORE_OPEN = 20;
const FAILED_SHARE = 0.5;
const OPEN_MS = 1_000;
const BUSY_RETRY_MS = 100;

const FAILURES: ReadonlySet<ErrorCode> = new Set([ErrorCode.ERR_MISSION_FAILED, ErrorCode.ERR_OPERATION_FAILED]);

/** What is known of one method of one target. */
class MethodState {
  inFlight = 0;
  #calls = 0;
  #failures = 0;
  #windowEndsAt = 0;
  #openUntil = 0;
  #probing = false;

  /** Milliseconds until a call may be tried; 0: now. While half open one call is let through. */
  waitMs(now: number): number {
    if (this.#openUntil === 0) return 0;
    if (now < this.#openUntil) return this.#openUntil - now;
    if (this.#probing) return OPEN_MS;
    this.#probing = true;
    return 0;
  }

  record(failed: boolean, now: number): void {
    if (this.#probing) {
      this.#probing = false;
      this.#openUntil = failed ? now + OPEN_MS : 0;
      this.#calls = 0;
      this.#failures = 0;
      return;
    }
    if (now >= this.#windowEndsAt) {
      this.#windowEndsAt = now + WINDOW_MS;
      this.#calls = 0;
      this.#failures = 0;
    }
    this.#calls += 1;
    if (failed) this.#failures += 1;
    const failing = this.#calls >= CALLS_BEFORE_OPEN && this.#failures >= this.#calls * FAILED_SHARE;
    if (failing && this.#openUntil === 0) this.#openUntil = now + OPEN_MS;
  }
}

/**
 * Keeps one method that is slow or failing from taking the whole channel (F12): a bound on its calls under way, and
 * after half of at least 20 calls within ten seconds failed, a second of quick refusals before one call is tried.
 */
export function withBreaker(channel: RpcChannel, { clock, inFlightMax = IN_FLIGHT_MAX }: BreakerOptions): RpcChannel {
  const states = new Map<string, MethodState>();
  const stateOf = (method: string) => {
    let state = states.get(method);
    if (state === undefined) states.set(method, (state = new MethodState()));
    return state;
  };
  return {
    call(method: string, request: Uint8Array, context: OutgoingContext): Promise<Uint8Array> {
      const state = stateOf(method);
      if (state.inFlight >= inFlightMax) {
        return Promise.reject(fail("ERR_TOO_MANY_REQUESTS", undefined, { retryAfterMs: BUSY_RETRY_MS }));
      }
      const retryAfterMs = Math.ceil(state.waitMs(clock.monotonic()));
      if (retryAfterMs > 0) {
        return Promise.reject(fail("ERR_OPERATION_FAILED", "The service is in trouble.", { retryAfterMs }));
      }
      state.inFlight += 1;
      return channel.call(method, request, context).then(
        (response) => {
          state.inFlight -= 1;
          state.record(false, clock.monotonic());
          return response;
        },
        (error: unknown) => {
          state.inFlight -= 1;
          state.record(error instanceof AppError && FAILURES.has(error.code), clock.monotonic());
          throw error;
        },
      );
    },
    close: () => channel.close(),
  };
}
