// What writer and relay read.
import type { Uid } from "@parlance/platform/ids";
import type { SqliteConnection } from "@parlance/platform/sqlite";
import { labelOf, type ConversationId } from "../../domain/conversation.js";
import type { Hole, LogEnd, StoredRow } from "../ports.js";
import { freeLabel } from "./conversation-write.js";
import { handleOf, ROW_COLUMNS, storedRow, type RowRecord } from "./stored-row.js";

const SELECT = `SELECT ${ROW_COLUMNS} FROM messaging_rows r JOIN messaging_conversations c ON c.handle = r.conv`;

export function ends(db: SqliteConnection, conversations: readonly ConversationId[]): LogEnd[] {
  return conversations.map(({ app, ref }) => {
    const found = db.sql("SELECT handle, label FROM messaging_conversations WHERE app = ? AND ref = ?")
      .get<{ handle: number; label: string }>(app, ref);
    if (found === undefined) return { handle: 0, label: freeLabel(db, app, ref, labelOf(ref)), seq: 0, id: 0, countableNo: 0, sentAtMs: 0, holes: [] };
    const top = db.sql("SELECT seq, id, countable_no, sent_at FROM messaging_rows WHERE conv = ? ORDER BY seq DESC LIMIT 1")
      .get<{ seq: number; id: number; countable_no: number; sent_at: number }>(found.handle);
    return {
      handle: found.handle, label: found.label, seq: top?.seq ?? 0, id: top?.id ?? 0,
      countableNo: top?.countable_no ?? 0, sentAtMs: top?.sent_at ?? 0, holes: holesBelow(db, found.handle, top?.seq ?? 0),
    };
  });
}

// So far back a takeover looks (W15); a count in the fence index, a row is read only when it does not add up.
const LOOKED_AT = 1_000;

function holesBelow(db: SqliteConnection, handle: number, head: number): Hole[] {
  const from = Math.max(0, head - LOOKED_AT);
  const there = db.sql("SELECT count(*) AS n FROM messaging_rows WHERE conv = ? AND seq > ?").get<{ n: number }>(handle, from)!.n;
  if (there === head - from) return [];
  const rows = db.sql("SELECT seq, countable_no, sent_at FROM messaging_rows WHERE conv = ? AND seq >= ? ORDER BY seq")
    .all<{ seq: number; countable_no: number; sent_at: number }>(handle, from);
  const holes: Hole[] = [];
  let below = { seq: from, countable_no: 0, sent_at: 0 };
  for (const row of rows) {
    for (let seq = below.seq + 1; seq < row.seq; seq += 1) holes.push({ seq, countableNo: below.countable_no, sentAtMs: below.sent_at });
    below = row;
  }
  return holes;
}

export interface FindByMuidArgs {
  readonly conversation: ConversationId;
  readonly sender: Uid;
  readonly muid: string;
}

export function findByMuid(db: SqliteConnection, args: FindByMuidArgs): StoredRow | null {
  const handle = handleOf(db, args.conversation.app, args.conversation.ref);
  if (handle === undefined) return null;
  const record = db.sql(`${SELECT} WHERE r.conv = ? AND r.sender = ? AND r.muid = ?`).get<RowRecord>(handle, args.sender, args.muid);
  return record === undefined ? null : storedRow(db, record);
}

export function unpublished(db: SqliteConnection, args: { readonly after: number; readonly limit: number }): StoredRow[] {
  return db.sql(`${SELECT} WHERE r.n > ? ORDER BY r.n LIMIT ?`).all<RowRecord>(args.after, args.limit)
    .map((record) => storedRow(db, record));
}

export function publishedThrough(db: SqliteConnection): number {
  return db.sql("SELECT n FROM messaging_published").get<{ n: number }>()!.n;
}

export function markPublished(db: SqliteConnection, through: number): void {
  db.sql("UPDATE messaging_published SET n = max(n, ?)").run(through);
}

/** Inserts the same seq and the same muid twice into a conversation of no app, and takes everything back. */
export function probe(db: SqliteConnection): { fence: boolean; muid: boolean } {
  const insert = (seq: number, id: number, muid: string) => db.sql(
    `INSERT OR IGNORE INTO messaging_rows (conv, seq, id, sender, muid, fingerprint, kind, category, type, countable,
       countable_no, sent_at, deleted, body) VALUES (-1, ?, ?, 'probe', ?, '', 0, 0, '', 0, 0, 0, 0, x'')`,
  ).run(seq, id, muid).changes;
  insert(1, -1, "a");
  const fence = insert(1, -2, "b") === 0;
  const muid = insert(2, -3, "a") === 0;
  db.sql("DELETE FROM messaging_rows WHERE conv = -1").run();
  return { fence, muid };
}
