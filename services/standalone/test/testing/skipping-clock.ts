import { systemClock, type Clock, type Timer } from "@parlance/platform/time";

interface Pending {
  dueAt: number;
  readonly everyMs: number | undefined;
  readonly fn: () => void;
}

// Between two timers the sockets and threads of the platform get their turn.
const TURN_MS = 1;

/**
 * Real time, of which a test can skip some. A whole platform with sockets and threads needs time that flows; a test of a
 * grace of 30 s must not take 30 s.
 */
export class SkippingClock implements Clock {
  readonly #real = systemClock();
  /** By time, and those of one time as they were set. */
  readonly #pending: Pending[] = [];
  #skippedMs = 0;
  #alarm: Timer | undefined;

  now(): number {
    return this.#real.now() + Math.round(this.#skippedMs);
  }

  monotonic(): number {
    return this.#real.monotonic() + this.#skippedMs;
  }

  after(ms: number, fn: () => void): Timer {
    return this.#add(Math.max(0, ms), undefined, fn);
  }

  every(ms: number, fn: () => void): Timer {
    return this.#add(ms, ms, fn);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = this.after(ms, resolve);
      signal?.addEventListener("abort", () => {
        timer.cancel();
        reject(signal.reason as Error);
      }, { once: true });
    });
  }

  /** Lets `ms` pass at once. What falls due meanwhile happens in order, each at its own time. */
  async skip(ms: number): Promise<void> {
    const endMs = this.monotonic() + ms;
    for (let first = this.#pending[0]; first !== undefined && first.dueAt <= endMs; first = this.#pending[0]) {
      this.#moveTo(first.dueAt);
      this.#fireDue();
      await this.#real.sleep(TURN_MS);
    }
    this.#moveTo(endMs);
    this.#arm();
  }

  #moveTo(atMs: number): void {
    this.#skippedMs += Math.max(0, atMs - this.monotonic());
  }

  #add(ms: number, everyMs: number | undefined, fn: () => void): Timer {
    const timer: Pending = { dueAt: this.monotonic() + ms, everyMs, fn };
    this.#insert(timer);
    this.#arm();
    return {
      cancel: () => {
        this.#remove(timer);
        if (this.#pending.length === 0) this.#alarm?.cancel();
      },
    };
  }

  #insert(timer: Pending): void {
    const before = this.#pending.findLastIndex((other) => other.dueAt <= timer.dueAt);
    this.#pending.splice(before + 1, 0, timer);
  }

  #remove(timer: Pending): void {
    const index = this.#pending.indexOf(timer);
    if (index >= 0) this.#pending.splice(index, 1);
  }

  #arm(): void {
    this.#alarm?.cancel();
    const [first] = this.#pending;
    if (first === undefined) return;
    this.#alarm = this.#real.after(Math.max(0, first.dueAt - this.monotonic()), () => {
      this.#fireDue();
      this.#arm();
    });
  }

  #fireDue(): void {
    const nowMs = this.monotonic();
    for (let first = this.#pending[0]; first !== undefined && first.dueAt <= nowMs; first = this.#pending[0]) {
      this.#remove(first);
      if (first.everyMs !== undefined) {
        first.dueAt = nowMs + first.everyMs;
        this.#insert(first);
      }
      first.fn();
    }
  }
}
