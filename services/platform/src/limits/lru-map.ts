/** A map of at most `entriesMax`; the entry not used for longest makes room. */
export class LruMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #entriesMax: number;
  readonly #onEvict: ((key: K, value: V) => void) | undefined;

  constructor(entriesMax: number, onEvict?: (key: K, value: V) => void) {
    if (!(entriesMax > 0)) throw new RangeError("a map for no entries");
    this.#entriesMax = entriesMax;
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Counts as use. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** Looks without counting as use. */
  peek(key: K): V | undefined {
    return this.#entries.get(key);
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#entriesMax) this.#evictOldest();
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Least recently used first. */
  entries(): IterableIterator<[K, V]> {
    return this.#entries.entries();
  }

  #evictOldest(): void {
    for (const [key, value] of this.#entries) {
      this.#entries.delete(key);
      this.#onEvict?.(key, value);
      return;
    }
  }
}
