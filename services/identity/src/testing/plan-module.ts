import { defineSqliteModule, type SqlValue } from "@parlance/platform/sqlite";

/** Asks SQLite how it would answer a statement. */
export const sqlite = defineSqliteModule({
  name: "plan",
  migrations: [],
  write: {},
  read: {
    explain: (db, { text, values }: { readonly text: string; readonly values: readonly SqlValue[] }) =>
      db.prepare(`EXPLAIN QUERY PLAN ${text}`).all<{ detail: string }>(...values).map(({ detail }) => detail),
  },
});
