import { MongoBulkWriteError, type Collection, type Document, type OptionalUnlessRequiredId } from "mongodb";
import { isDuplicate, writeFailed } from "./errors.js";

export interface Inserted {
  /** So many of the first documents are stored. */
  readonly accepted: number;
  /** The document that a unique index refused; those after it were not tried. */
  readonly refusedIndex?: number;
  readonly error?: unknown;
}

/** Inserts in order up to the first that a unique index refuses. Throws when it is not known what is stored. */
export async function insertOrdered<T extends Document>(
  into: Collection<T>, docs: readonly OptionalUnlessRequiredId<T>[],
): Promise<Inserted> {
  if (docs.length === 0) return { accepted: 0 };
  try {
    await into.insertMany(docs, { ordered: true });
    return { accepted: docs.length };
  } catch (error) {
    if (!isDuplicate(error) || !(error instanceof MongoBulkWriteError)) throw writeFailed(error);
    // The count in the answer is wrong on some servers; the place of the first error is right on all.
    const first = [error.writeErrors].flat()[0];
    if (first === undefined) throw writeFailed(error);
    return { accepted: first.index, refusedIndex: first.index, error };
  }
}
