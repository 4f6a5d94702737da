import { fail } from "../errors/index.js";

export interface TogetherOptions<K, V> {
  /** One answer for each key, in their order. What it throws reaches all of them. */
  readonly read: (keys: readonly K[]) => Promise<readonly V[]>;
  /** Keys of one read. */
  readonly batchMax: number;
  readonly waitingMax: number;
}

interface Waiting<K, V> {
  readonly key: K;
  readonly resolve: (value: V) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What is asked while a read is under way is read together after it. No timer: alone a key is read at once, and in a storm
 * the store is asked once for many.
 */
export class Together<K, V> {
  readonly #options: TogetherOptions<K, V>;
  #waiting: Waiting<K, V>[] = [];
  #isReading = false;

  constructor(options: TogetherOptions<K, V>) {
    this.#options = options;
  }

  /** Rejects with ERR_TOO_MANY_REQUESTS when too many wait. */
  read(key: K): Promise<V> {
    if (this.#waiting.length >= this.#options.waitingMax) return Promise.reject(fail("ERR_TOO_MANY_REQUESTS"));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject });
      if (!this.#isReading) void this.#readAll();
    });
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#options.batchMax);
      try {
        const values = await this.#options.read(batch.map(({ key }) => key));
        batch.forEach(({ resolve }, i) => resolve(values[i]!));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isReading = false;
  }
}
