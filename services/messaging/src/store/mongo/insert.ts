import { MongoBulkWriteError, type Collection, type Document, type OptionalUnlessRequiredId } from "mongodb";
import { isDuplicate, unknownOutcome } from "./errors.js";

/** Inserts in order up to the first that a unique index refuses; answers how many were inserted. */
export async function insertInOrder<T extends Document>(into: Collection<T>, docs: readonly OptionalUnlessRequiredId<T>[]): Promise<number> {
  try {
    await into.insertMany(docs, { ordered: true });
    return docs.length;
  } catch (error) {
    if (!isDuplicate(error) || !(error instanceof MongoBulkWriteError)) throw unknownOutcome(error);
    // The count that the answer names is not to be trusted everywhere; the place of the first error is.
    const first = [error.writeErrors].flat()[0];
    if (first === undefined) throw unknownOutcome(error);
    return first.index;
  }
}
