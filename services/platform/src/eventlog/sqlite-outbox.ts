/**
 * An outbox in a service's own SQLite tables.
 *
 * The service spreads `outboxModule(prefix)` into its module and calls `insertOutbox` inside its write command, so
 * that the fact is committed with the change or not at all. `prefix` is the module's name.
 */
import { fail } from "../errors/index.js";
import { createCommands, type Sqlite, type SqliteConnection } from "../sqlite/index.js";
import type { OutboxEntry, OutboxStore } from "./outbox.js";
import type { LogRecord, Topic } from "./port.js";
import { recordOf, type RecordRow } from "./record-row.js";

/** Further changes are refused then: an outbox that grows without end is a log that is away for too long. */
const ENTRIES_MAX = 100_000;

type OutboxRow = RecordRow & { readonly entry: number; readonly topic: Topic };

/** Throws ERR_OPERATION_FAILED when the outbox is full: the change it belongs to must not happen either. */
export function insertOutbox(db: SqliteConnection, prefix: string, record: LogRecord, entriesMax = ENTRIES_MAX): void {
  const span = db.sql(`SELECT max(entry) - min(entry) AS span FROM ${prefix}_outbox`).get<{ span: number | null }>();
  if ((span?.span ?? 0) >= entriesMax) throw fail("ERR_OPERATION_FAILED", "too many facts wait for the event log");
  const { id, kind, origin, except } = record.headers;
  db.sql(
    `INSERT INTO ${prefix}_outbox (topic, key, id, kind, origin, except_uid, value) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(record.topic, record.key, id, kind, origin ?? null, except ?? null, record.value);
}

export type OutboxModule = {
  readonly migrations: readonly string[];
  readonly write: { readonly outboxPublished: (db: SqliteConnection, ids: readonly number[]) => void };
  readonly read: { readonly outboxPending: (db: SqliteConnection, limit: number) => readonly OutboxEntry[] };
};

export function outboxModule(prefix: string): OutboxModule {
  return {
    // AUTOINCREMENT: a number is never used again, so a late `published` cannot hit another entry.
    migrations: [
      `CREATE TABLE ${prefix}_outbox (
         entry INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
         kind TEXT NOT NULL, origin TEXT, except_uid TEXT, value BLOB NOT NULL
       )`,
    ],
    write: {
      outboxPublished: (db, ids) => {
        const remove = db.sql(`DELETE FROM ${prefix}_outbox WHERE entry = ?`);
        for (const id of ids) remove.run(id);
      },
    },
    read: {
      outboxPending: (db, limit) => {
        const rows = db.sql(`SELECT * FROM ${prefix}_outbox ORDER BY entry LIMIT ?`).all<OutboxRow>(limit);
        return rows.map((row) => ({ id: row.entry, record: recordOf(row, row.topic) }));
      },
    },
  };
}

/** `module` is the name of the module that contains `outboxModule(prefix)`. */
export function createSqliteOutbox(sqlite: Sqlite, module: string): OutboxStore {
  const commands = createCommands<OutboxModule & { readonly name: string }>(sqlite, module);
  return {
    pending: (limit) => commands.read.outboxPending(limit),
    published: (ids) => commands.write.outboxPublished(ids),
  };
}
