// A small adapter for the tests of this folder, written as a service would write its own.
import { fail } from "../../errors/index.js";
import { defineSqliteModule, type SqliteConnection } from "../index.js";

export interface Note {
  readonly key: string;
  readonly body: Uint8Array;
}

function add(db: SqliteConnection, note: Note): number {
  return db.sql("INSERT INTO notes_rows (key, body) VALUES (?, ?)").run(note.key, note.body).lastInsertRowid;
}

export const sqlite = defineSqliteModule({
  name: "notes",
  migrations: [
    "CREATE TABLE notes_rows (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, body BLOB NOT NULL)",
    "ALTER TABLE notes_rows ADD COLUMN stars INTEGER NOT NULL DEFAULT 0",
  ],
  write: {
    add: (db, note: Note) => add(db, note),
    addAll: (db, { notes }: { notes: readonly Note[] }) => notes.map((note) => add(db, note)),
    /** Changes something before it fails. */
    addThenRefuse(db, note: Note): number {
      add(db, note);
      throw fail("ERR_BAD_REQUEST", "no room", { fields: { key: "taken" }, params: { limit: 3 }, retryAfterMs: 7 });
    },
    refuse(): number {
      throw fail("ERR_UID_NOT_FOUND");
    },
    star: (db, { key, stars }: { key: string; stars: number }) =>
      db.sql("UPDATE notes_rows SET stars = ? WHERE key = ?").run(stars, key).changes,
    clear: (db) => db.sql("DELETE FROM notes_rows").run().changes,
    setPagesMax: (db, { pages }: { pages: number }) => db.exec(`PRAGMA max_page_count = ${pages}`),
    settings: (db) => ["journal_mode", "synchronous", "wal_autocheckpoint", "journal_size_limit", "cache_size"]
      .map((name) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]),
    swallow(db, note: Note): string {
      try {
        add(db, note);
        return "added";
      } catch {
        return "swallowed";
      }
    },
    later: async () => 1,
    /** Ends the transaction, which is not the command's to end. */
    endTransaction: (db, note: Note) => {
      add(db, note);
      db.exec("ROLLBACK");
    },
    /** A defect outside of any command: the thread dies of it. */
    killThread: () => {
      setImmediate(() => {
        throw new Error("the thread is lost");
      });
    },
    uncloneable: (db, note: Note) => {
      add(db, note);
      return () => 1;
    },
  },
  read: {
    count: (db) => db.sql("SELECT count(*) AS n FROM notes_rows").get<{ n: number }>()?.n ?? 0,
    keys: (db) => db.sql("SELECT key FROM notes_rows ORDER BY id").all<{ key: string }>().map((row) => row.key),
    get: (db, { key }: { key: string }) =>
      db.sql("SELECT id, key, body, stars FROM notes_rows WHERE key = ?").get<Note & { id: number; stars: number }>(key),
    settings: (db) => ["journal_mode", "synchronous", "foreign_keys", "trusted_schema", "cache_size", "busy_timeout"]
      .map((name) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]),
    sneakyWrite: (db, note: Note) => add(db, note),
  },
});
