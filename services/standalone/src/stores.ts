// Which adapters: what is configured decides, and no service knows (design.md 1).
import { groupMongoStorage, groupSqliteStorage, type GroupDeps } from "@parlance/group";
import { identityMongoStorage, identitySqliteStorage, type IdentityDeps } from "@parlance/identity";
import { messagingMongoStorage, messagingSqliteStorage, type MessagingDeps } from "@parlance/messaging";
import type { Component } from "@parlance/platform/lifecycle";
import { openStore, type Surroundings } from "@parlance/platform/process";
import type { MongoSettings } from "@parlance/platform/mongo";
import type { Sqlite } from "@parlance/platform/sqlite";

export interface Stores {
  readonly identity: IdentityDeps["storage"];
  readonly group: GroupDeps["storage"];
  readonly messaging: MessagingDeps["storage"];
  /** Lifetime of what is stored (reliability.md W19). */
  readonly epoch: string;
  /** To be started before what uses them. */
  readonly components: readonly Component[];
  answers(): Promise<boolean>;
}

/** MongoDB when there is an address of one, else the file. */
export async function openStores(config: MongoSettings, sqlite: Sqlite, around: Surroundings): Promise<Stores> {
  if (config.mongodbUri === undefined) {
    return {
      identity: identitySqliteStorage(sqlite), group: groupSqliteStorage(sqlite), messaging: messagingSqliteStorage(sqlite),
      epoch: sqlite.epoch, components: [],
      answers: () => sqlite.read("messaging.publishedThrough", undefined).then(() => true, () => false),
    };
  }
  const mongo = await openStore(config, around);
  return {
    identity: identityMongoStorage(mongo), group: groupMongoStorage(mongo), messaging: messagingMongoStorage(mongo, around.random),
    epoch: mongo.epoch, components: [mongo],
    answers: () => mongo.answers(),
  };
}
