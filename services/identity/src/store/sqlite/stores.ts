import { createSqliteOutbox } from "@parlance/platform/eventlog";
import { createCommands, type Sqlite } from "@parlance/platform/sqlite";
import type { IdentityStorage } from "../ports.js";
import type { sqlite } from "./module.js";

/** `db` is opened with this service's module. */
export function identitySqliteStorage(db: Sqlite): IdentityStorage {
  const { read, write } = createCommands<typeof sqlite>(db, "identity");
  return {
    outbox: createSqliteOutbox(db, "identity"),
    // The file brings its schema up to date when it is opened.
    prepare: async () => undefined,
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
      add: (app, user, token) => write.addUser({ app, user, token }),
      get: (app, uid) => read.getUser({ app, uid }),
      getMany: (app, uids) => read.getUsers({ app, uids }),
      list: (app, query) => read.listUsers({ app, query }),
      count: (app, filter) => read.countUsers({ app, filter }),
      update: (app, { uid, profile, atMs, origin }) => write.updateUser({ app, uid, profile, atMs, origin }),
      deactivate: (app, uids, atMs) => write.deactivateUsers({ app, uids, atMs }),
      setStatus: (app, uid, status) => write.setStatus({ app, uid, status }),
      resetStatuses: (atMs, limit) => write.resetStatuses({ atMs, limit }),
    },
    tokens: {
      add: (app, token, rules) => write.addToken({ app, token, rules }),
      list: (app, page) => read.listTokens({ app, page }),
      remove: (app, removal) => write.removeToken({ app, removal }),
      removeAll: (app, uid, atMs) => write.removeTokens({ app, uid, atMs }),
      findByHash: (hash) => read.findToken({ hash }),
      touch: (app, uses) => write.touchTokens({ app, uses }),
      endExpired: (atMs, limit) => write.endExpired({ atMs, limit }),
    },
  };
}
