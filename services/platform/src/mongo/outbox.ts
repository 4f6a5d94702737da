// The outbox of documents with `pending` facts. Facts of one document come in the order of its changes, which is the order
// that counts: the facts of a channel are those of one document. Two processes may publish the same fact; it is the same record.
import type { AnyBulkWriteOperation, Collection, Filter, UpdateFilter } from "mongodb";
import type { OutboxEntry, OutboxStore } from "../eventlog/index.js";
import type { GuardedDoc } from "./guarded.js";
import { LAZY, LIST_MS } from "./options.js";
import { reading, writing } from "./errors.js";
import { recordOf } from "./pending.js";

/** Entries that are handed out and not yet forgotten; the relay holds one batch at a time. */
const HANDED_MAX = 10_000;

type Place = { readonly doc: string; readonly fact: string };

export class MongoOutbox<T extends GuardedDoc> implements OutboxStore {
  readonly #collection: Collection<T>;
  /** Where the entries are; their numbers count in this process only. */
  readonly #handed = new Map<number, Place>();
  #next = 1;

  constructor(collection: Collection<T>) {
    this.#collection = collection;
  }

  async pending(limit: number): Promise<readonly OutboxEntry[]> {
    const waiting = { "pending.at": { $gt: 0 } } as unknown as Filter<T>;
    const docs = await reading(this.#collection.find(waiting, { maxTimeMS: LIST_MS, projection: { pending: 1 } })
      .sort({ "pending.at": 1 }).limit(limit).toArray());
    const facts = docs.flatMap(({ _id, pending }) => pending.map((fact) => ({ doc: String(_id), fact })));
    return facts.slice(0, limit).map(({ doc, fact }) => ({ id: this.#hand({ doc, fact: fact.id }), record: recordOf(fact) }));
  }

  async published(ids: readonly number[]): Promise<void> {
    const byDoc = new Map<string, string[]>();
    for (const id of ids) {
      const place = this.#handed.get(id);
      this.#handed.delete(id);
      if (place !== undefined) byDoc.set(place.doc, [...(byDoc.get(place.doc) ?? []), place.fact]);
    }
    if (byDoc.size === 0) return;
    await writing(this.#collection.bulkWrite([...byDoc].map(([doc, facts]) => forget<T>(doc, facts)), {
      ordered: false, writeConcern: LAZY,
    }));
  }

  #hand(place: Place): number {
    if (this.#handed.size >= HANDED_MAX) this.#handed.clear();
    const id = this.#next;
    this.#next += 1;
    this.#handed.set(id, place);
    return id;
  }
}

function forget<T extends GuardedDoc>(doc: string, facts: readonly string[]): AnyBulkWriteOperation<T> {
  return {
    updateOne: {
      filter: { _id: doc } as Filter<T>,
      update: { $pull: { pending: { id: { $in: [...facts] } } }, $inc: { rev: 1 } } as unknown as UpdateFilter<T>,
    },
  };
}
