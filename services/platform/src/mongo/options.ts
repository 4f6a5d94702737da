import { ReadConcern, ReadPreference, type MongoClientOptions } from "mongodb";

/** Longest times of operations (CM8): of reads by key, of lists and of jobs. */
export const READ_MS = 2_000;
export const LIST_MS = 5_000;

/** For bookkeeping that may be lost: what it says is found out again (CM2, W17). */
export const LAZY = { w: 1 } as const;

/** CM2 to CM4 and CM7. What a URI says besides, other than where and who, does not count. */
export function clientOptions(uri: string): MongoClientOptions {
  return {
    writeConcern: { w: "majority", journal: true, wtimeoutMS: 5_000 },
    readConcern: new ReadConcern("majority"),
    readPreference: ReadPreference.primary,
    retryWrites: true,
    retryReads: true,
    maxPoolSize: 50,
    waitQueueTimeoutMS: 2_000,
    serverSelectionTimeoutMS: 3_000,
    connectTimeoutMS: 3_000,
    socketTimeoutMS: 15_000,
    ignoreUndefined: false,
    ...(isSingleServer(uri) ? { directConnection: true } : {}),
  };
}

/** Without a replica set in the URI it is one server, and not asked for others. */
function isSingleServer(uri: string): boolean {
  if (uri.startsWith("mongodb+srv:")) return false;
  const [, hosts = ""] = /^mongodb:\/\/(?:[^@/]*@)?([^/?]*)/.exec(uri) ?? [];
  return !hosts.includes(",") && !/[?&]replicaSet=/i.test(uri);
}
