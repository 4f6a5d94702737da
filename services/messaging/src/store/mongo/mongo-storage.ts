import type { Mongo } from "@parlance/platform/mongo";
import type { Random } from "@parlance/platform/random";
import type { HistoryStore, LogStore, MessagingStorage, RowOutbox, ViewStore } from "../ports.js";
import { collectionsOf, INDEXES } from "./documents.js";
import { withStoreErrors } from "./store-errors.js";
import { MongoHistoryStore } from "./mongo-history-store.js";
import { MongoLogStore } from "./mongo-log-store.js";
import { MongoViewStore } from "./mongo-view-store.js";
import { createParts } from "./parts.js";

const LANES = 4;

export function messagingMongoStorage(mongo: Pick<Mongo, "db" | "epoch" | "clock" | "declareIndexes">, random: Random): MessagingStorage {
  const parts = createParts(collectionsOf(mongo.db), mongo.clock, random);
  return {
    logs: withStoreErrors<LogStore & RowOutbox>(new MongoLogStore(parts), ["append", "erase"]),
    history: withStoreErrors<HistoryStore>(new MongoHistoryStore(parts), []),
    views: withStoreErrors<ViewStore>(new MongoViewStore(parts), ["applyMember", "raise"]),
    epoch: mongo.epoch,
    lanes: LANES,
    prepare: () => mongo.declareIndexes(INDEXES),
  };
}
