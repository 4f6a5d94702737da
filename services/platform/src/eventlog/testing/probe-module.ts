import { defineSqliteModule, type SqliteConnection } from "../../sqlite/index.js";
import type { LogRecord } from "../port.js";
import { insertOutbox, outboxModule } from "../sqlite-outbox.js";

/** A service as small as can be: changes that each emit a fact. */
const outbox = outboxModule("probe");

type Change = { readonly record: LogRecord; readonly thenFail?: boolean; readonly entriesMax?: number };

function change(db: SqliteConnection, { record, thenFail = false, entriesMax }: Change): void {
  db.sql(`INSERT INTO probe_changes (says) VALUES (?)`).run(record.headers.id);
  insertOutbox(db, "probe", record, entriesMax);
  if (thenFail) throw new Error("the change fails after its fact was written down");
}

function changes(db: SqliteConnection): string[] {
  return db.sql(`SELECT says FROM probe_changes ORDER BY rowid`).all<{ says: string }>().map((row) => row.says);
}

export const sqlite = defineSqliteModule({
  name: "probe",
  migrations: [`CREATE TABLE probe_changes (says TEXT NOT NULL)`, ...outbox.migrations],
  write: { change, ...outbox.write },
  read: { changes, ...outbox.read },
});
