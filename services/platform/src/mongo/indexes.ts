// Indexes are made at the start, and then looked at: one that is there under its name with other keys is a mistake that would
// make queries slow or let duplicates in, so the service does not start over it.
import { MongoServerError, type Db } from "mongodb";
import { fail } from "../errors/index.js";

export interface IndexSpec {
  readonly name: string;
  readonly key: Readonly<Record<string, 1 | -1>>;
  readonly unique?: boolean;
  readonly sparse?: boolean;
}

export interface CollectionSpec {
  readonly collection: string;
  readonly indexes: readonly IndexSpec[];
}

interface Stored {
  readonly name?: string;
  readonly key?: Readonly<Record<string, unknown>>;
  readonly unique?: boolean;
  readonly sparse?: boolean;
}

/** Repeated and at the same time by many processes: the same. */
export async function declareIndexes(db: Db, specs: readonly CollectionSpec[]): Promise<void> {
  for (const { collection, indexes } of specs) {
    for (const index of indexes) await create(db, collection, index);
    if (indexes.length > 0) await check(db, collection, indexes);
  }
}

async function create(db: Db, collection: string, { name, key, unique, sparse }: IndexSpec): Promise<void> {
  try {
    await db.collection(collection).createIndex({ ...key }, {
      name, ...(unique === true ? { unique } : {}), ...(sparse === true ? { sparse } : {}),
    });
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw fail("ERR_OPERATION_FAILED", undefined, { cause: error });
    throw fail("ERR_OPERATION_FAILED", `index ${collection}.${name} cannot be made: code ${String(error.code)}`, { cause: error });
  }
}

async function check(db: Db, collection: string, indexes: readonly IndexSpec[]): Promise<void> {
  const stored: readonly Stored[] = await db.collection(collection).listIndexes().toArray();
  for (const index of indexes) {
    const found = stored.find(({ name }) => name === index.name);
    if (found === undefined) throw fail("ERR_OPERATION_FAILED", `index ${collection}.${index.name} is not there`);
    if (shapeOf(found) !== shapeOf(index)) {
      throw fail("ERR_OPERATION_FAILED", `index ${collection}.${index.name} is ${shapeOf(found)}, must be ${shapeOf(index)}`);
    }
  }
}

/** The order of the keys counts. */
function shapeOf({ key = {}, unique, sparse }: Stored): string {
  const keys = Object.entries(key).map(([field, direction]) => `${field} ${Number(direction)}`);
  return [`(${keys.join(", ")})`, ...(unique === true ? ["unique"] : []), ...(sparse === true ? ["sparse"] : [])].join(" ");
}
