import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import type { Db } from "mongodb";
import type { HistoryStore, LogStore, MessagingStorage, RowOutbox, ViewStore } from "../ports.js";
import { collectionsOf, INDEXES } from "./documents.js";
import { withStoreErrors } from "./errors.js";
import { MongoHistoryStore } from "./mongo-history-store.js";
import { MongoLogStore } from "./mongo-log-store.js";
import { MongoViewStore } from "./mongo-view-store.js";
import { createParts } from "./parts.js";

export interface MessagingMongo {
  readonly db: Db;
  /** Lifetime of the store (W19). */
  readonly epoch: string;
}

const LANES = 4;

export function messagingMongoStorage({ db, epoch }: MessagingMongo, { clock, random }: { readonly clock: Clock; readonly random: Random }): MessagingStorage {
  const all = collectionsOf(db);
  const parts = createParts(all, clock, random);
  return {
    logs: withStoreErrors<LogStore & RowOutbox>(new MongoLogStore(parts), ["append", "erase"]),
    history: withStoreErrors<HistoryStore>(new MongoHistoryStore(parts), []),
    views: withStoreErrors<ViewStore>(new MongoViewStore(parts), ["applyMember", "raise"]),
    epoch,
    lanes: LANES,
    prepare: async () => {
      for (const { collection, key } of INDEXES) await all[collection].createIndex(key, { unique: true });
    },
  };
}
