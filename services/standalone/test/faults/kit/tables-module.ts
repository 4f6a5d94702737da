// A reader of whole tables for suites that compare stores byte by byte. Opened beside the product's modules.
import { defineSqliteModule, type SqliteConnection } from "@parlance/platform/sqlite";

/** Name to rows as JSON texts, sorted; bytes as hex. */
function all(db: SqliteConnection, prefixes: readonly string[]): Record<string, readonly string[]> {
  const names = db.sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all<{ name: string }>();
  const wanted = names.map(({ name }) => name).filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  return Object.fromEntries(wanted.map((name) => [name, db.prepare(`SELECT * FROM ${name}`).all().map(readable).sort()]));
}

function readable(row: Record<string, unknown>): string {
  const shown = (value: unknown): unknown => value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
  return JSON.stringify(Object.fromEntries(Object.entries(row).map(([column, value]) => [column, shown(value)])));
}

export const sqlite = defineSqliteModule({ name: "tables", migrations: [], write: {}, read: { all } });
