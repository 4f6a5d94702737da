// A messaging store on the MongoDB-protocol server that PARLANCE_TEST_MONGODB_URI names, in a database of its own.

import { processEnvironment } from "@parlance/platform/config";
import { silentLog } from "@parlance/platform/log";
import { openMongo } from "@parlance/platform/mongo";
import { seededRandom, systemRandom } from "@parlance/platform/random";
import { ManualClock, systemClock, type Clock } from "@parlance/platform/time";
import type { Collection, Db } from "mongodb";
import { collectionsOf, type Collections } from "../documents.js";
import { messagingMongoStorage } from "../mongo-storage.js";
import type { MessagingStorage } from "../../ports.js";

export interface MongoBench {
  readonly collections: Collections;
  /** A store as a new process would open it. */
  open(clock?: Clock): MessagingStorage;
  /** The same, and the collections that were asked since the last time, each query once. */
  openCounted(clock?: Clock): { readonly storage: MessagingStorage; asked(): string[] };
  /** Empties the database. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** The server's address; undefined when tests against it are to be skipped, which is said aloud. */
export function mongoAddress(): string | undefined {
  const { PARLANCE_TEST_MONGODB_URI: uri, PARLANCE_TEST_CLUSTER: cluster } = processEnvironment();
  if (uri !== undefined && uri !== "") return uri;
  if (cluster === "required") throw new Error("PARLANCE_TEST_MONGODB_URI is missing, and PARLANCE_TEST_CLUSTER asks for it");
  process.stdout.write("\n*** SKIPPED: messaging on MongoDB needs PARLANCE_TEST_MONGODB_URI (see deploy/local) ***\n\n");
  return undefined;
}

export async function openMongoBench(uri: string): Promise<MongoBench> {
  const database = `messaging_${Buffer.from(systemRandom().bytes(6)).toString("hex")}`;
  const mongo = await openMongo({ uri, database, log: silentLog(), clock: systemClock() });
  let opened = 0;
  const openOver = (db: Db, clock: Clock) => messagingMongoStorage({ ...mongo, db, clock }, seededRandom(opened += 1));
  const open = (clock: Clock = new ManualClock()) => openOver(mongo.db, clock);
  await open().prepare();
  const collections = collectionsOf(mongo.db);
  return {
    collections,
    open,
    openCounted: (clock = new ManualClock()) => {
      const asked: string[] = [];
      return { storage: openOver(noting(mongo.db, asked), clock), asked: () => asked.splice(0) };
    },
    clear: async () => {
      for (const collection of Object.values(collections)) await collection.deleteMany({});
    },
    close: async () => {
      await mongo.db.dropDatabase();
      await mongo.stop();
    },
  };
}

const QUERIES: ReadonlySet<string | symbol> = new Set(["find", "findOne", "aggregate", "countDocuments", "distinct"]);

/** Notes the collection of every query. Answers that are small enough take one command each. */
function noting(db: Db, asked: string[]): Db {
  const ofCollection = (collection: Collection): Collection => new Proxy(collection, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        if (QUERIES.has(name)) asked.push(target.collectionName.replace("messaging_", ""));
        return Reflect.apply(value, target, args);
      };
    },
  });
  return new Proxy(db, {
    get: (target, name) => (name === "collection" ? (of: string) => ofCollection(target.collection(of)) : Reflect.get(target, name)),
  });
}

/** Knows the calls of stores that are under way. */
export class CallsUnderWay {
  readonly #calls = new Set<Promise<unknown>>();

  over<T extends object>(store: T): T {
    return new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        return typeof value !== "function" ? value : (...args: unknown[]) => this.#counted(Reflect.apply(value, target, args));
      },
    });
  }

  async none(): Promise<void> {
    while (this.#calls.size > 0) await Promise.allSettled(this.#calls);
  }

  #counted(result: unknown): unknown {
    if (!(result instanceof Promise)) return result;
    const done = () => void this.#calls.delete(result);
    this.#calls.add(result);
    void result.finally(done).catch(() => undefined);
    return result;
  }
}
