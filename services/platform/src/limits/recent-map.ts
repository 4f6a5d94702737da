/**
 * A map that keeps what was used recently, at most `entriesMax` entries, and forgets the rest: for caches on hot paths. A
 * look-up is one look-up; keeping exact order of use (LruMap) costs three. What was used since the last change of
 * generation stays; an entry goes after a whole generation, half the size of the map, without use.
 */
export class RecentMap<K, V> {
  readonly #generationMax: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(entriesMax: number) {
    if (!(entriesMax > 1)) throw new RangeError("a map for fewer than two entries");
    this.#generationMax = Math.floor(entriesMax / 2);
  }

  /** Counts as use. */
  get(key: K): V | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const aged = this.#old.get(key);
    if (aged !== undefined) this.set(key, aged);
    return aged;
  }

  set(key: K, value: V): void {
    this.#old.delete(key);
    this.#young.set(key, value);
    if (this.#young.size < this.#generationMax) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(key: K): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
