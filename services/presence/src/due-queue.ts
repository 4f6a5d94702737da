import type { Clock, Timer } from "@parlance/platform/time";

/**
 * Entries that all fall due the same time after they were put in: with a map in that order one timer serves any
 * number of entries.
 */
export class DueQueue<K, V> {
  readonly #clock: Pick<Clock, "after" | "monotonic">;
  readonly #delayMs: number;
  readonly #onDue: (key: K, value: V) => void;
  readonly #entries = new Map<K, { readonly value: V; readonly dueAt: number }>();
  #timer: Timer | undefined;

  constructor(clock: Pick<Clock, "after" | "monotonic">, delayMs: number, onDue: (key: K, value: V) => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Puts in, or begins the wait of the key anew. */
  put(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, dueAt: this.#clock.monotonic() + this.#delayMs });
    if (this.#timer === undefined) this.#wait(this.#delayMs);
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #wait(ms: number): void {
    this.#timer = this.#clock.after(ms, () => this.#fire());
  }

  #fire(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (const [key, { value, dueAt }] of this.#entries) {
      if (dueAt > now) {
        this.#wait(dueAt - now);
        return;
      }
      this.#entries.delete(key);
      this.#onDue(key, value);
    }
  }
}
