// Everything a user missed, in one read (chat.md 14.2).
import type { AppId, Uid } from "@parlance/platform/ids";
import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { ConversationRef } from "../../domain/conversation.js";
import type { SyncAnswer, SyncEntry, SyncPoint, SyncQuery } from "../ports.js";
import { erasedAt } from "./erase.js";
import { headOf, ROW_COLUMNS, storedRow, type RowRecord } from "./stored-row.js";
import { peerChangeNo, viewRecordsOf, withEnd, type ViewRecord } from "./view-read.js";

export interface SyncArgs {
  readonly app: AppId;
  readonly uid: Uid;
  readonly query: SyncQuery;
}

export function changesSince(db: SqliteConnection, args: SyncArgs): SyncAnswer {
  const { app, uid, query } = args;
  const point = syncPoint(db);
  const views = new Map(viewRecordsOf(db, app, uid).map((record) => [record.ref, record]));
  const entries: SyncEntry[] = [];
  for (const cursor of query.cursors) {
    const record = views.get(cursor.ref);
    views.delete(cursor.ref);
    const entry = record === undefined
      ? { ref: cursor.ref, view: undefined, rows: [], truncated: false }
      : entryAfterSeq(db, app, record, cursor.seq, query);
    if (entry !== undefined) entries.push(entry);
  }
  let truncated = false;
  if (query.others && query.since !== undefined) {
    for (const record of views.values()) {
      const entry = entryAfterPoint(db, app, record, query.since, query);
      if (entry === undefined) continue;
      truncated = entries.length >= query.conversationsMax;
      if (truncated) break;
      entries.push(entry);
    }
  }
  return { entries, point, truncated };
}

export function syncPoint(db: SqliteConnection): SyncPoint {
  const rows = db.sql("SELECT max(n) AS n FROM messaging_rows").get<{ n: number | null }>()?.n ?? 0;
  const views = db.sql("SELECT no FROM messaging_view_changes").get<{ no: number }>()!.no;
  return { rows, views };
}

/** A conversation the client knows: rows after its seq, or nothing if neither rows nor marks changed. */
function entryAfterSeq(db: SqliteConnection, app: string, record: ViewRecord, seq: number, query: SyncQuery): SyncEntry | undefined {
  const head = headOf(db, record.conv).seq;
  const marksMoved = query.since === undefined || marksChanged(db, app, record, query.since);
  const erased = seq === 0 || record.ref.startsWith("u/") ? undefined : erasedAt(db, app, record.ref);
  const reborn = erased !== undefined && (query.since === undefined || query.since.rows <= erased);
  if (head === seq && !marksMoved && !reborn) return undefined;
  const view = withEnd(db, app, record);
  // A cursor of an earlier life of the conversation means nothing in this one.
  if (reborn || seq > head || head - seq > query.rowsMax) return { ref: record.ref as ConversationRef, view, rows: [], truncated: true };
  return { ref: record.ref as ConversationRef, view, rows: rowsWhere(db, "r.conv = ? AND r.seq > ?", record.conv, seq), truncated: false };
}

/** A conversation the client does not know: what happened since its last sync. */
function entryAfterPoint(db: SqliteConnection, app: string, record: ViewRecord, since: SyncPoint, query: SyncQuery): SyncEntry | undefined {
  const fresh = rowsWhere(db, "r.conv = ? AND r.n > ?", record.conv, since.rows, query.rowsMax + 1);
  if (fresh.length === 0 && !marksChanged(db, app, record, since)) return undefined;
  const truncated = fresh.length > query.rowsMax;
  return { ref: record.ref as ConversationRef, view: withEnd(db, app, record), rows: truncated ? [] : fresh, truncated };
}

function marksChanged(db: SqliteConnection, app: string, record: ViewRecord, since: SyncPoint): boolean {
  return record.change_no > since.views || peerChangeNo(db, app, record) > since.views;
}

function rowsWhere(db: SqliteConnection, where: string, handle: number, after: number, limit = 100_000) {
  return db.sql(
    `SELECT ${ROW_COLUMNS} FROM messaging_rows r JOIN messaging_conversations c ON c.handle = r.conv
     WHERE ${where} ORDER BY r.seq LIMIT ?`,
  ).all<RowRecord>(handle, after, limit).map((record) => storedRow(db, record));
}
