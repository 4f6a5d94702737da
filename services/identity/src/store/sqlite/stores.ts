import { createCommands, type Sqlite } from "@parlance/platform/sqlite";
import type { IdentityStores } from "../ports.js";
import type { sqlite } from "./module.js";

/** `onFacts` is called when a write that may have left facts in the outbox is durable. */
export function createSqliteStores(db: Sqlite, onFacts: () => void): IdentityStores {
  const { read, write } = createCommands<typeof sqlite>(db, "identity");
  const telling = async <R>(written: Promise<R>): Promise<R> => {
    const result = await written;
    onFacts();
    return result;
  };
  return {
    apps: {
      add: (app, keys) => write.addApp({ app, keys }),
      get: (app) => read.getApp({ app }),
      list: (query) => read.listApps(query),
    },
    keys: {
      add: (app, key, keysMax) => write.addKey({ app, key, keysMax }),
      list: (app) => read.listKeys({ app }),
      remove: (app, ids) => write.removeKey({ app, ids }),
      findByHash: (hash) => read.findKey({ hash }),
    },
    users: {
      add: (app, user, token) => telling(write.addUser({ app, user, token })),
      get: (app, uid) => read.getUser({ app, uid }),
      getMany: (app, uids) => read.getUsers({ app, uids }),
      list: (app, query) => read.listUsers({ app, query }),
      count: (app, filter) => read.countUsers({ app, filter }),
      update: (app, { uid, profile, atMs, origin }) => telling(write.updateUser({ app, uid, profile, atMs, origin })),
      deactivate: (app, uids, atMs) => telling(write.deactivateUsers({ app, uids, atMs })),
      setStatus: (app, uid, status) => write.setStatus({ app, uid, status }),
      resetStatuses: (atMs, limit) => write.resetStatuses({ atMs, limit }),
    },
    tokens: {
      add: (app, token, rules) => telling(write.addToken({ app, token, rules })),
      list: (app, page) => read.listTokens({ app, page }),
      remove: (app, removal) => telling(write.removeToken({ app, removal })),
      removeAll: (app, uid, atMs) => telling(write.removeTokens({ app, uid, atMs })),
      findByHash: (hash) => read.findToken({ hash }),
      touch: (app, uses) => write.touchTokens({ app, uses }),
      endExpired: (atMs, limit) => telling(write.endExpired({ atMs, limit })),
    },
  };
}
