import { defineSqliteModule } from "@parlance/platform/sqlite";

/** Asks the writer's own connection what holds for it: pragmas such as `synchronous` belong to a connection. */
export const sqlite = defineSqliteModule({
  name: "pragma",
  migrations: [],
  write: {
    all: (db) => ["synchronous", "journal_mode"].map((name) => Object.values(db.prepare(`PRAGMA ${name}`).get<Record<string, unknown>>() ?? {})[0]),
  },
  read: {},
});
