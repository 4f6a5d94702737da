import { fail } from "../errors/index.js";

const WAITERS_MAX = 1_000;

interface Flight<V> {
  readonly result: Promise<V>;
  waiters: number;
}

/** Identical reads in flight share one answer (reliability.md R10, Q18). */
export class SingleFlight<K, V> {
  readonly #flights = new Map<K, Flight<V>>();
  readonly #waitersMax: number;

  constructor({ waitersMax = WAITERS_MAX }: { readonly waitersMax?: number } = {}) {
    this.#waitersMax = waitersMax;
  }

  /** Joins the read of this key under way, or starts one. A failure reaches all who joined and is not kept. */
  async run(key: K, read: () => Promise<V>): Promise<V> {
    const running = this.#flights.get(key);
    if (running === undefined) return this.#start(key, read);
    if (running.waiters >= this.#waitersMax) throw fail("ERR_TOO_MANY_REQUESTS");
    running.waiters += 1;
    return running.result;
  }

  #start(key: K, read: () => Promise<V>): Promise<V> {
    const result = read().finally(() => this.#flights.delete(key));
    this.#flights.set(key, { result, waiters: 1 });
    return result;
  }
}
