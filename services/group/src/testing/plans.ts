import { defineSqliteModule, type SqliteConnection, type SqlValue } from "@parlance/platform/sqlite";

/** Lets a test see how SQLite would answer a query. */
export const sqlite = defineSqliteModule({
  name: "plans",
  migrations: [],
  write: {},
  read: {
    explain: (db: SqliteConnection, { text, values }: { readonly text: string; readonly values: readonly SqlValue[] }) =>
      db.prepare(`EXPLAIN QUERY PLAN ${text}`).all<{ detail: string }>(...values).map(({ detail }) => detail),
  },
});
