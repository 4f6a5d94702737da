import { MongoOutbox, type Mongo } from "@parlance/platform/mongo";
import type { IdentityStorage } from "../ports.js";
import { createAppStore, createKeyStore } from "./apps.js";
import { COLLECTIONS, collectionsOf } from "./documents.js";
import { createTokenStore } from "./tokens.js";
import { createUserStore } from "./users.js";

export function identityMongoStorage(mongo: Mongo): IdentityStorage {
  const all = collectionsOf(mongo);
  return {
    apps: createAppStore(all), keys: createKeyStore(all), users: createUserStore(all), tokens: createTokenStore(all),
    outbox: new MongoOutbox(all.users),
    prepare: () => mongo.declareIndexes(COLLECTIONS),
  };
}
