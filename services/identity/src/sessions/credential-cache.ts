import { LruMap, SingleFlight } from "@parlance/platform/limits";
import type { Clock } from "@parlance/platform/time";

interface Entry<V> {
  readonly value: V;
  readonly owner: string;
  readonly staleAt: number;
}

/** Reads take milliseconds, so only the latest changes can matter to those under way. */
const CHANGES_MAX = 10_000;

export interface CredentialCacheOptions {
  readonly clock: Pick<Clock, "monotonic">;
  readonly entriesMax: number;
  /** How long a change that nobody told of can go unnoticed. */
  readonly ageMaxMs: number;
}

/**
 * What the store said of a credential, by its hash. Every entry has an owner, and forgetting the owner forgets the
 * entries. What is not there is not remembered, so that guessing cannot push out what is.
 *
 * An answer that was under way while something was forgotten may be from before the change: it is given to those who
 * asked before it, but not kept.
 */
export class CredentialCache<V> {
  readonly #options: CredentialCacheOptions;
  readonly #entries: LruMap<string, Entry<V>>;
  readonly #byOwner = new Map<string, Set<string>>();
  readonly #reads = new SingleFlight<string, V | undefined>();
  /** Counts changes. */
  #generation = 0;
  /** By owner, the change it was last forgotten with. */
  readonly #forgotten = new LruMap<string, number>(CHANGES_MAX, (_owner, generation) => {
    this.#oldestKnown = generation;
  });
  #oldestKnown = 0;

  constructor(options: CredentialCacheOptions) {
    this.#options = options;
    this.#entries = new LruMap(options.entriesMax, (key, entry) => this.#unlink(key, entry));
  }

  get size(): number {
    return this.#entries.size;
  }

  /** From memory, else by `read`; equal reads at one time are one. */
  async get(key: string, ownerOf: (value: V) => string, read: () => Promise<V | undefined>): Promise<V | undefined> {
    const known = this.#entries.get(key);
    if (known !== undefined && this.#options.clock.monotonic() < known.staleAt) return known.value;
    const generation = this.#generation;
    // The generation is part of the name: nobody who asks after a change joins a read from before it.
    const value = await this.#reads.run(`${generation} ${key}`, read);
    if (value !== undefined && this.#unchangedSince(generation, ownerOf(value))) this.#keep(key, ownerOf(value), value);
    return value;
  }

  forget(owner: string): void {
    this.#generation += 1;
    this.#forgotten.set(owner, this.#generation);
    const keys = this.#byOwner.get(owner);
    this.#byOwner.delete(owner);
    if (keys !== undefined) for (const key of keys) this.#entries.delete(key);
  }

  /** Changes may have been missed. Reads under way may be from before them. */
  forgetAll(): void {
    this.#generation += 1;
    this.#oldestKnown = this.#generation;
    this.#byOwner.clear();
    this.#entries.clear();
  }

  #unchangedSince(generation: number, owner: string): boolean {
    return generation >= this.#oldestKnown && (this.#forgotten.peek(owner) ?? 0) <= generation;
  }

  #keep(key: string, owner: string, value: V): void {
    const before = this.#entries.peek(key);
    if (before !== undefined) this.#unlink(key, before);
    const keys = this.#byOwner.get(owner);
    if (keys === undefined) this.#byOwner.set(owner, new Set([key]));
    else keys.add(key);
    this.#entries.set(key, { value, owner, staleAt: this.#options.clock.monotonic() + this.#options.ageMaxMs });
  }

  #unlink(key: string, { owner }: Entry<V>): void {
    const keys = this.#byOwner.get(owner);
    keys?.delete(key);
    if (keys?.size === 0) this.#byOwner.delete(owner);
  }
}
