// Everything a user missed, in one read (chat.md 14.2).
import type { AppId, Uid } from "@parlance/platform/ids";
import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { ConversationRef } from "../../domain/conversation.js";
import type { StoredRow, SyncAnswer, SyncEntry, SyncPoint, SyncQuery } from "../ports.js";
import { erasedAt } from "./erase.js";
import { headOf, ROW_COLUMNS, storedRow, type RowRecord } from "./stored-row.js";
import { peerChangeNo, viewRecordsOf, withEnd, type ViewRecord } from "./view-read.js";

/** The store's position of rows and the number of view changes at a moment. */
interface Point {
  readonly rows: number;
  readonly views: number;
}

type Query = Omit<SyncQuery, "since"> & { readonly since: Point | undefined };

export interface SyncArgs {
  readonly app: AppId;
  readonly uid: Uid;
  readonly query: SyncQuery;
}

export function changesSince(db: SqliteConnection, args: SyncArgs): SyncAnswer {
  const { app, uid } = args;
  const now = pointNow(db);
  const point = `${now.rows}.${now.views}` as SyncPoint;
  const query: Query = { ...args.query, since: args.query.since === undefined ? undefined : pointOf(args.query.since) };
  const views = new Map(viewRecordsOf(db, app, uid).map((record) => [record.ref, record]));
  const entries: SyncEntry[] = [];
  const rest: ConversationRef[] = [];
  let room = query.bytesMax;
  for (const cursor of query.cursors) {
    const record = views.get(cursor.ref);
    views.delete(cursor.ref);
    // Once one had to wait all behind it wait too: what is left over is asked for in the same order.
    if (rest.length > 0) {
      rest.push(cursor.ref);
      continue;
    }
    const entry = record === undefined
      ? { ref: cursor.ref, view: undefined, rows: [], truncated: false, peerMoved: false }
      : entryAfterSeq(db, app, record, cursor.seq, query);
    if (entry === undefined) continue;
    const size = bytesOf(entry.rows);
    if (size > room && size <= query.bytesMax) rest.push(cursor.ref);
    else entries.push(size > query.bytesMax ? withoutRows(entry) : entry);
    room -= size > query.bytesMax ? 0 : size;
  }
  let truncated = false;
  if (rest.length === 0 && query.others && query.since !== undefined) {
    for (const record of views.values()) {
      const entry = entryAfterPoint(db, app, record, query.since, query);
      if (entry === undefined) continue;
      truncated = entries.length >= query.conversationsMax;
      if (truncated) break;
      const size = bytesOf(entry.rows);
      entries.push(size > room ? withoutRows(entry) : entry);
      room -= size > room ? 0 : size;
    }
  }
  return { entries, point, truncated, rest };
}

function bytesOf(rows: readonly StoredRow[]): number {
  return rows.reduce((bytes, row) => bytes + row.body.length + (row.target?.length ?? 0), 0);
}

/** More than one answer carries: the client drops its copy and loads the newest page. */
function withoutRows(entry: SyncEntry): SyncEntry {
  return { ...entry, rows: [], truncated: true };
}

/** A text that is no point is one before everything: told twice is harmless. */
function pointOf(text: SyncPoint): Point {
  const [rows = 0, views = 0] = text.split(".").map((part) => Number(part) || 0);
  return { rows, views };
}

function pointNow(db: SqliteConnection): Point {
  const rows = db.sql("SELECT max(n) AS n FROM messaging_rows").get<{ n: number | null }>()?.n ?? 0;
  const views = db.sql("SELECT no FROM messaging_view_changes").get<{ no: number }>()!.no;
  return { rows, views };
}

/** A conversation the client knows: rows after its seq, or nothing if neither rows nor marks changed. */
function entryAfterSeq(db: SqliteConnection, app: string, record: ViewRecord, seq: number, query: Query): SyncEntry | undefined {
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
function entryAfterPoint(db: SqliteConnection, app: string, record: ViewRecord, since: Point, query: Query): SyncEntry | undefined {
  const fresh = newestRows(db, record.conv, since.rows, query.rowsMax + 1);
  if (fresh.length === 0 && !marksChanged(db, app, record, since)) return undefined;
  const truncated = fresh.length > query.rowsMax;
  return {
    ref: record.ref as ConversationRef, view: withEnd(db, app, record), rows: truncated ? [] : fresh, truncated,
    peerMoved: peerMoved(db, app, record, since),
  };
}

function peerMoved(db: SqliteConnection, app: string, record: ViewRecord, since: Point | undefined): boolean {
  return since !== undefined && peerChangeNo(db, app, record) > since.views;
}

function marksChanged(db: SqliteConnection, app: string, record: ViewRecord, since: Point): boolean {
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
