// Everything a user missed, in one read (chat.md 14.2).
import type { AppId, Uid } from "@parlance/platform/ids";
import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { ConversationRef } from "../../domain/conversation.js";
import type { StoredRow, SyncAnswer, SyncEntry, SyncPoint, SyncQuery } from "../ports.js";
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
      ? { ref: cursor.ref, view: undefined, rows: [], truncated: false, peerMoved: false }
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
  const known = { ref: record.ref as ConversationRef, view: withEnd(db, app, record), peerMoved: peerMoved(db, app, record, query.since) };
  // A cursor of an earlier life of the conversation means nothing in this one.
  if (reborn || seq > head || head - seq > query.rowsMax) return { ...known, rows: [], truncated: true };
  return { ...known, rows: rowsAbove(db, record.conv, seq), truncated: false };
}

/** A conversation the client does not know: what happened since its last sync. */
function entryAfterPoint(db: SqliteConnection, app: string, record: ViewRecord, since: SyncPoint, query: SyncQuery): SyncEntry | undefined {
  const fresh = newestRows(db, record.conv, since.rows, query.rowsMax + 1);
  if (fresh.length === 0 && !marksChanged(db, app, record, since)) return undefined;
  const truncated = fresh.length > query.rowsMax;
  return {
    ref: record.ref as ConversationRef, view: withEnd(db, app, record), rows: truncated ? [] : fresh, truncated,
    peerMoved: peerMoved(db, app, record, since),
  };
}

function peerMoved(db: SqliteConnection, app: string, record: ViewRecord, since: SyncPoint | undefined): boolean {
  return since !== undefined && peerChangeNo(db, app, record) > since.views;
}

function marksChanged(db: SqliteConnection, app: string, record: ViewRecord, since: SyncPoint): boolean {
  return record.change_no > since.views || peerChangeNo(db, app, record) > since.views;
}

const SELECT = `SELECT ${ROW_COLUMNS} FROM messaging_rows r JOIN messaging_conversations c ON c.handle = r.conv`;

function rowsAbove(db: SqliteConnection, handle: number, seq: number): StoredRow[] {
  return db.sql(`${SELECT} WHERE r.conv = ? AND r.seq > ? ORDER BY r.seq`).all<RowRecord>(handle, seq)
    .map((record) => storedRow(db, record));
}

/** The newest rows committed after a point, ascending. Looks at the end first: most logs have none, and that is one seek. */
function newestRows(db: SqliteConnection, handle: number, after: number, limit: number): StoredRow[] {
  const top = db.sql("SELECT n FROM messaging_rows WHERE conv = ? ORDER BY seq DESC LIMIT 1").get<{ n: number }>(handle);
  if (top === undefined || top.n <= after) return [];
  return db.sql(`${SELECT} WHERE r.conv = ? ORDER BY r.seq DESC LIMIT ?`).all<RowRecord>(handle, limit)
    .filter((record) => record.n > after).reverse().map((record) => storedRow(db, record));
}
