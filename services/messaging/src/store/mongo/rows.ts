// Reads of logs. A log is dense, so any stretch of it is a list of exact keys, and its end is found from a number known to
// be in it by trying numbers above: every read here is served by `_id` or by a unique index with all its fields.
import { READ_MS } from "@parlance/platform/mongo";
import type { Collections, Log, RowDoc, SlimRow } from "./documents.js";
import { handleKey, nameKey, rowKey } from "./documents.js";
import { EndSearch } from "./end-search.js";
import { SeenEnds } from "./seen-ends.js";
import { storedRow, STONE } from "./stored.js";
import type { StoredRow } from "../ports.js";

const KEYS_MAX = 1_000;

/** Where a log ends; without a row when it is empty or being erased. */
export interface Top {
  readonly head: number;
  readonly row: SlimRow | undefined;
}

/** Where a row stands, and what the next one must not fall below. */
export type Place = Pick<RowDoc, "s" | "i" | "o" | "at">;

export const PLACE = { _id: 0, s: 1, i: 1, o: 1, at: 1 } as const;

const SLIM = { s: 1, i: 1, u: 1, v: 1, c: 1, t: 1, n: 1, d: 1, at: 1, w: 1, p: 1 } as const;

export class Rows {
  readonly #all: Collections;
  readonly #seen = new SeenEnds();

  constructor(all: Collections) {
    this.#all = all;
  }

  async byKeys(keys: readonly string[]): Promise<Map<string, RowDoc>> {
    const found = new Map<string, RowDoc>();
    for (const part of chunks(keys)) {
      const docs = await this.#all.rows.find({ _id: { $in: part } }, { maxTimeMS: READ_MS }).toArray();
      for (const doc of docs) if (doc.v !== STONE) found.set(doc._id, doc);
    }
    return found;
  }

  async slimByKeys(keys: readonly string[]): Promise<Map<string, SlimRow>> {
    const found = new Map<string, SlimRow>();
    for (const part of chunks(keys)) {
      const docs = await this.#all.rows.find({ _id: { $in: part } }, { maxTimeMS: READ_MS }).project<SlimRow>(SLIM).toArray();
      for (const doc of docs) if (doc.v !== STONE) found.set(doc._id, doc);
    }
    return found;
  }

  /** Rows from one seq to another, both included, ascending. */
  async stretch(log: Log, from: number, to: number): Promise<RowDoc[]> {
    return ordered(await this.byKeys(keysOf(log, from, to)));
  }

  async slimSeqs(log: Log, seqs: readonly number[]): Promise<SlimRow[]> {
    return ordered(await this.slimByKeys(seqs.map((seq) => rowKey(log.app, log.handle, seq))));
  }

  async slimStretch(log: Log, from: number, to: number): Promise<SlimRow[]> {
    return ordered(await this.slimByKeys(keysOf(log, from, to)));
  }

  async placesIn(log: Log, from: number, to: number): Promise<Place[]> {
    const found: Place[] = [];
    for (const part of chunks(keysOf(log, from, to))) {
      found.push(...await this.#all.rows.find({ _id: { $in: part } }, { maxTimeMS: READ_MS }).project<Place>(PLACE).toArray());
    }
    return found.sort((a, b) => a.s - b.s);
  }

  async byId(app: string, id: number): Promise<RowDoc | undefined> {
    return (await this.#all.rows.findOne({ k: nameKey(app, id) }, { maxTimeMS: READ_MS })) ?? undefined;
  }

  async byMuid(log: Log, sender: string, muid: string): Promise<RowDoc | undefined> {
    const doc = await this.#all.rows.findOne({ a: log.app, h: log.handle, u: sender, m: muid }, { maxTimeMS: READ_MS });
    return doc ?? undefined;
  }

  /** Rows as the ports speak of them, with the present state of what they changed. */
  async stored(docs: readonly RowDoc[]): Promise<StoredRow[]> {
    const names = docs.flatMap((doc) => (doc.x === undefined ? [] : [nameKey(doc.a, doc.x.t)]));
    const targets = new Map<string, RowDoc>();
    for (const part of chunks([...new Set(names)])) {
      for (const doc of await this.#all.rows.find({ k: { $in: part } }, { maxTimeMS: READ_MS }).toArray()) targets.set(doc.k, doc);
    }
    return docs.map((doc) => storedRow(doc, doc.x === undefined ? undefined : targets.get(nameKey(doc.a, doc.x.t))));
  }

  /** The newest seq of each log, in the order given. */
  async heads(logs: readonly Log[]): Promise<number[]> {
    return (await this.tops(logs)).map(({ head }) => head);
  }

  /** The newest row of each log, in the order given: one read if all are where they were last seen, or one further. */
  async tops(logs: readonly Log[]): Promise<Top[]> {
    const known = logs.map((log) => this.#seen.of(log));
    const searches = logs.map((log, i) => new EndSearch(log, known[i]!));
    await this.#learnPublished(searches.filter((_, i) => known[i] === 0));
    await this.#search(searches);
    // Of an erased log: what was seen of it is gone.
    const gone = searches.filter((search, i) => known[i]! > 0 && search.top === undefined);
    for (const search of gone) search.restart(0);
    await this.#learnPublished(gone);
    await this.#search(gone);
    searches.forEach(({ head, top }, i) => {
      this.#seen.note(logs[i]!, top === undefined ? 0 : head);
    });
    return searches.map(({ head, top }) => ({ head, row: top }));
  }

  async #learnPublished(searches: readonly EndSearch[]): Promise<void> {
    const published = await this.publishedOf(searches.map(({ log }) => log));
    searches.forEach((search, i) => search.restart(published[i]!));
  }

  async #search(searches: readonly EndSearch[]): Promise<void> {
    for (let open = searches; ; ) {
      open = open.filter((each) => !each.done);
      if (open.length === 0) return;
      const found = await this.slimByKeys(open.flatMap((each) => each.keys()));
      for (const each of open) each.learn(found);
    }
  }

  /** The newest seq that is known to be published, and so to exist; 0: none is known. */
  async publishedOf(logs: readonly Log[]): Promise<number[]> {
    const through = new Map<string, number>();
    for (const part of chunks(logs.map(({ app, handle }) => handleKey(app, handle)))) {
      for (const doc of await this.#all.published.find({ _id: { $in: part } }, { maxTimeMS: READ_MS }).toArray()) through.set(doc._id, doc.p);
    }
    return logs.map(({ app, handle }) => through.get(handleKey(app, handle)) ?? 0);
  }
}

function keysOf({ app, handle }: Log, from: number, to: number): string[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => rowKey(app, handle, from + i));
}

function ordered<T extends { readonly s: number }>(found: ReadonlyMap<string, T>): T[] {
  return [...found.values()].sort((a, b) => a.s - b.s);
}

export function* chunks<T>(items: readonly T[]): Generator<T[]> {
  for (let i = 0; i < items.length; i += KEYS_MAX) yield items.slice(i, i + KEYS_MAX);
}
