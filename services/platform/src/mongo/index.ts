export type { Collection, Filter, Sort } from "mongodb";
export { isDuplicate, readFailed, reading, writeFailed, writing } from "./errors.js";
export { changeGuarded, insertNew, type Change, type GuardedDoc } from "./guarded.js";
export { declareIndexes, type CollectionSpec, type IndexSpec } from "./indexes.js";
export { insertOrdered, type Inserted } from "./insert.js";
export { openMongo, type Mongo, type MongoOptions } from "./open.js";
export { LAZY, LIST_MS, READ_MS } from "./options.js";
export { MongoOutbox } from "./outbox.js";
export { PENDING_INDEX, PENDING_MAX, withFacts, type PendingFact } from "./pending.js";
