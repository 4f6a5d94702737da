import { createSqliteOutbox } from "@parlance/platform/eventlog";
import { createCommands, type Sqlite } from "@parlance/platform/sqlite";
import type { GroupStorage } from "../ports.js";
import type { sqlite } from "./module.js";

/** `db` is opened with this service's module. */
export function groupSqliteStorage(db: Sqlite): GroupStorage {
  const { read, write } = createCommands<typeof sqlite>(db, "group");
  return {
    outbox: createSqliteOutbox(db, "group"),
    // The file brings its schema up to date when it is opened.
    prepare: async () => undefined,
    groups: {
      state: (app, guid, uids) => read.state({ app, guid, uids }),
      create: (app, edit) => write.create({ app, edit }),
      edit: (app, edit) => write.edit({ app, edit }),
      remove: (app, removal) => write.remove({ app, removal }),
      replacePassword: (app, guid, { from, to }) => write.replacePassword({ app, guid, from, to }),
      list: (app, query) => read.listGroups({ app, query }),
      count: (app, filter) => read.countGroups({ app, filter }),
      eraseSome: (limit) => write.eraseSome({ limit }),
    },
    members: {
      list: (app, query) => read.listMembers({ app, query }),
      count: (app, filter) => read.countMembers({ app, filter }),
      guidsOf: (app, uid) => read.guidsOf({ app, uid }),
      rename: (app, rename, limit) => write.rename({ app, rename, limit }),
    },
    bans: {
      list: (app, query) => read.listBans({ app, query }),
      count: (app, filter) => read.countBans({ app, filter }),
    },
    pending: {
      delivered: (app, guid, eventIds) => write.delivered({ app, guid, eventIds }),
    },
  };
}
