// Documents that are changed as a whole: read, changed by a function, and replaced if nobody changed them meanwhile. One
// document is what MongoDB changes in one step, so all that must change together, and the facts of it, stands in one (W17).
// Every other update of such a document increments `rev` too, or a replacement could undo it.
import type { Collection, Filter, OptionalUnlessRequiredId } from "mongodb";
import { fail } from "../errors/index.js";
import type { Clock } from "../time/index.js";
import { isDuplicate, reading, writeFailed, writing } from "./errors.js";
import { READ_MS } from "./options.js";
import type { PendingFact } from "./pending.js";

export interface GuardedDoc {
  readonly _id: string;
  /** Another one after every change. */
  readonly rev: number;
  /** Facts that are to be published, oldest first. */
  readonly pending: readonly PendingFact[];
}

/** What became of a document, and the answer; no document: it stays as it is. */
export interface Change<T, R> {
  readonly next?: T;
  readonly answer: R;
}

const RACES_MAX = 100;
const AGAIN_MS = 5;

/** Changes a document; `change` may be called again and must have no effects. Answers undefined when there is none. */
export async function changeGuarded<T extends GuardedDoc, R>(
  { collection, clock }: { readonly collection: Collection<T>; readonly clock: Pick<Clock, "sleep"> }, id: string,
  change: (doc: T) => Change<T, R>,
): Promise<R | undefined> {
  for (let race = 0; race < RACES_MAX; race += 1) {
    const doc = await reading(collection.findOne({ _id: id } as Filter<T>, { maxTimeMS: READ_MS }));
    if (doc === null) return undefined;
    const { next, answer } = change(doc as T);
    if (next === undefined) return answer;
    const { matchedCount } = await writing(
      collection.replaceOne({ _id: id, rev: doc.rev } as Filter<T>, { ...next, rev: doc.rev + 1 }),
    );
    if (matchedCount === 1) return answer;
    if (race > 0) await clock.sleep(AGAIN_MS * (race % 4));
  }
  throw fail("ERR_OPERATION_FAILED", "too many change the same at once");
}

/** False when the id is taken. */
export async function insertNew<T extends { readonly _id: string }>(
  collection: Collection<T>, doc: OptionalUnlessRequiredId<T>,
): Promise<boolean> {
  try {
    await collection.insertOne(doc);
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw writeFailed(error);
  }
}
