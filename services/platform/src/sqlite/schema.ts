import type { Connection } from "./connection.js";
import type { SqliteModule } from "./module.js";
import type { StoreOptions } from "./protocol.js";

/** CL1, CL3, CL4. The order matters: WAL first, so that the rest of the setup is already written that way. */
export function applySettings(db: Connection, options: StoreOptions): void {
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${options.synchronous};
    PRAGMA wal_autocheckpoint = 8000;
    PRAGMA journal_size_limit = 268435456;
  `);
  applyCommonSettings(db);
  if (options.pagesMax !== undefined) db.exec(`PRAGMA max_page_count = ${options.pagesMax}`);
}

export function applyReaderSettings(db: Connection): void {
  applyCommonSettings(db);
  db.exec("PRAGMA query_only = ON");
}

function applyCommonSettings(db: Connection): void {
  db.exec("PRAGMA cache_size = -65536; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF");
}

/**
 * Brings every module's tables to its newest version and gives a new file its epoch (W19), in one transaction: an
 * upgrade happens wholly or not at all. A file written by a newer program is refused. Returns the epoch.
 */
export function migrate(db: Connection, modules: readonly SqliteModule[], newEpoch: string): string {
  db.exec("BEGIN IMMEDIATE");
  try {
    db.exec(`
      CREATE TABLE IF NOT EXISTS platform_schema (module TEXT PRIMARY KEY, version INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS platform_store (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL);
    `);
    db.sql("INSERT INTO platform_store (one, epoch) VALUES (1, ?) ON CONFLICT DO NOTHING").run(newEpoch);
    for (const module of modules) migrateModule(db, module);
    const store = db.sql("SELECT epoch FROM platform_store").get<{ epoch: string }>();
    if (store === undefined) throw new Error("the file has no epoch");
    db.exec("COMMIT");
    return store.epoch;
  } catch (error) {
    db.broken = undefined;
    if (db.inTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function migrateModule(db: Connection, { name, migrations }: SqliteModule): void {
  const row = db.sql("SELECT version FROM platform_schema WHERE module = ?").get<{ version: number }>(name);
  const version = row?.version ?? 0;
  if (version > migrations.length) {
    throw new Error(`the tables of ${name} have version ${version}, this program knows ${migrations.length}: use a newer program`);
  }
  for (const script of migrations.slice(version)) db.exec(script);
  db.sql("INSERT INTO platform_schema (module, version) VALUES (?, ?) ON CONFLICT (module) DO UPDATE SET version = excluded.version")
    .run(name, migrations.length);
}
