import type { Clock, Timer } from "../clock.js";

interface Waiting {
  readonly dueAt: number;
  readonly fn: () => void;
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** What a promise rejects with; watched from now on, so that it may reject before anyone asks. */
export function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined, (error: unknown) => error);
}

/** A clock that moves only when a test says so. */
export class ManualClock implements Clock {
  #now = 0;
  #waiting: Waiting[] = [];

  monotonic(): number {
    return this.#now;
  }

  get pendingTimers(): number {
    return this.#waiting.length;
  }

  after(ms: number, fn: () => void): Timer {
    const waiting = { dueAt: this.#now + Math.max(0, ms), fn };
    this.#waiting.push(waiting);
    return {
      cancel: () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
      },
    };
  }

  /** Timers fire in the order of their times, and the code they wake runs before the next one fires. */
  async advance(ms: number): Promise<void> {
    const endAt = this.#now + ms;
    await settle();
    for (;;) {
      const due = this.#waiting.filter(({ dueAt }) => dueAt <= endAt).sort((one, other) => one.dueAt - other.dueAt)[0];
      if (due === undefined) break;
      this.#waiting = this.#waiting.filter((other) => other !== due);
      this.#now = Math.max(this.#now, due.dueAt);
      due.fn();
      await settle();
    }
    this.#now = endAt;
  }
}
