import type { Clock, Timer } from "./clock.js";
import { sleepOn } from "./sleep.js";

interface Pending {
  dueAt: number;
  readonly everyMs: number | undefined;
  readonly fn: () => void;
}

const DEFAULT_START_MS = Date.UTC(2026, 0, 1);

// One turn of the event loop empties the microtask queue whatever its length; some turns more let code
// through that itself hops over setImmediate or a message port.
const TURNS_BETWEEN_TIMERS = 3;

async function letCodeRun(): Promise<void> {
  for (let turn = 0; turn < TURNS_BETWEEN_TIMERS; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** A clock that moves only when a test says so. */
export class ManualClock implements Clock {
  /** By time, and those of one time as they were set. */
  readonly #pending: Pending[] = [];
  #monotonicMs = 0;
  #offsetMs: number;

  constructor(startMs: number = DEFAULT_START_MS) {
    this.#offsetMs = startMs;
  }

  now(): number {
    return this.#offsetMs + this.#monotonicMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  after(ms: number, fn: () => void): Timer {
    return this.#add(Math.max(0, ms), undefined, fn);
  }

  every(ms: number, fn: () => void): Timer {
    if (!(ms > 0)) throw new RangeError(`an interval of ${ms} ms is not possible`);
    return this.#add(ms, ms, fn);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  /** Timers that wait; a test of a clean stop expects 0. */
  get pendingTimers(): number {
    return this.#pending.length;
  }

  /**
   * Lets `ms` pass. Timers fire in the order of their times (equal times: as they were set), each at its own
   * time, and the code they wake runs before the next one fires; timers set meanwhile fire when they fall due.
   */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms;
    await letCodeRun();
    for (let timer = this.#nextDue(endMs); timer !== undefined; timer = this.#nextDue(endMs)) {
      this.#monotonicMs = Math.max(this.#monotonicMs, timer.dueAt);
      this.#remove(timer);
      if (timer.everyMs !== undefined) {
        timer.dueAt += timer.everyMs;
        this.#insert(timer);
      }
      timer.fn();
      await letCodeRun();
    }
    this.#monotonicMs = Math.max(this.#monotonicMs, endMs);
  }

  /** Sets the wall clock, as an administrator would: `now()` jumps, durations and timers do not notice. */
  set(ms: number): void {
    this.#offsetMs = ms - this.#monotonicMs;
  }

  #add(ms: number, everyMs: number | undefined, fn: () => void): Timer {
    const timer: Pending = { dueAt: this.#monotonicMs + ms, everyMs, fn };
    this.#insert(timer);
    return { cancel: () => this.#remove(timer) };
  }

  #insert(timer: Pending): void {
    const before = this.#pending.findLastIndex((other) => other.dueAt <= timer.dueAt);
    this.#pending.splice(before + 1, 0, timer);
  }

  #remove(timer: Pending): void {
    const index = this.#pending.indexOf(timer);
    if (index >= 0) this.#pending.splice(index, 1);
  }

  #nextDue(endMs: number): Pending | undefined {
    const first = this.#pending[0];
    return first !== undefined && first.dueAt <= endMs ? first : undefined;
  }
}
