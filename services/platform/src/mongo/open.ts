import { MongoClient, type Collection, type Db, type Document } from "mongodb";
import { fail } from "../errors/index.js";
import type { Component } from "../lifecycle/index.js";
import type { Log } from "../log/index.js";
import { systemRandom, type Random } from "../random/index.js";
import type { Clock } from "../time/index.js";
import { epochOf } from "./epoch.js";
import { declareIndexes, type CollectionSpec } from "./indexes.js";
import { clientOptions } from "./options.js";

export interface MongoOptions {
  /** May carry a password: it is in no log and no error. */
  readonly uri: string;
  readonly database: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly random?: Pick<Random, "bytes">;
}

/** A database of a service. Opened when it is made, so that stores can be built on it. */
export interface Mongo extends Component {
  readonly db: Db;
  readonly clock: Clock;
  /** W19. */
  readonly epoch: string;
  collection<T extends Document>(name: string): Collection<T>;
  /** Makes indexes and checks those that are there. */
  declareIndexes(specs: readonly CollectionSpec[]): Promise<void>;
  /** For readiness. */
  answers(): Promise<boolean>;
}

export async function openMongo({ uri, database, log, clock, random = systemRandom() }: MongoOptions): Promise<Mongo> {
  const client = clientFor(uri);
  const db = client.db(database);
  try {
    await client.connect();
    const epoch = await epochOf(db, random);
    log.info({ component: "mongo", database }, "store opened");
    return {
      name: "mongo", db, clock, epoch,
      start: async () => undefined,
      stop: () => client.close(),
      collection: (name) => db.collection(name),
      declareIndexes: (specs) => declareIndexes(db, specs),
      answers: () => db.command({ ping: 1 }).then(() => true, () => false),
    };
  } catch (error) {
    await client.close();
    throw fail("ERR_OPERATION_FAILED", "the store cannot be opened", { cause: error });
  }
}

function clientFor(uri: string): MongoClient {
  try {
    return new MongoClient(uri, clientOptions(uri));
  } catch {
    // The driver's text may contain a part of the URI.
    throw fail("ERR_OPERATION_FAILED", "the address of the store is not a MongoDB URI");
  }
}
