// Commands that read views joined with the ends of their logs.
import { Category } from "@parlance/proto/messaging/v1/message";
import type { AppId, Uid } from "@parlance/platform/ids";
import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { ConversationId, ConversationRef } from "../../domain/conversation.js";
import type { View, ViewQuery, ViewWithEnd } from "../ports.js";
import { handleOf, headOf, ROW_COLUMNS, storedRow, type RowRecord } from "./stored-row.js";

export const VIEW_COLUMNS = `v.uid, v.conv, v.scope, v.delivered, v.read, v.unread_after, v.floor, v.created_at, v.updated_at,
  v.change_no, c.ref, c.label`;

export interface ViewRecord {
  readonly uid: string;
  readonly conv: number;
  readonly scope: number;
  readonly delivered: number;
  readonly read: number;
  readonly unread_after: number;
  readonly floor: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly change_no: number;
  readonly ref: string;
  readonly label: string;
}

export function viewOf(record: ViewRecord): View {
  return {
    ref: record.ref as ConversationRef,
    uid: record.uid as Uid,
    label: record.label,
    scope: record.scope,
    deliveredSeq: record.delivered,
    readSeq: record.read,
    unreadAfterSeq: record.unread_after,
    floorSeq: record.floor,
    createdAtMs: record.created_at,
    updatedAtMs: record.updated_at,
  };
}

const FROM_VIEWS = `FROM messaging_views v JOIN messaging_conversations c ON c.handle = v.conv`;

export function findViewRecord(db: SqliteConnection, app: string, ref: string, uid: string): ViewRecord | undefined {
  const handle = handleOf(db, app, ref);
  if (handle === undefined) return undefined;
  return db.sql(`SELECT ${VIEW_COLUMNS} ${FROM_VIEWS} WHERE v.app = ? AND v.uid = ? AND v.conv = ? AND v.present = 1`)
    .get<ViewRecord>(app, uid, handle);
}

export function viewRecordsOf(db: SqliteConnection, app: string, uid: string): ViewRecord[] {
  return db.sql(`SELECT ${VIEW_COLUMNS} ${FROM_VIEWS} WHERE v.app = ? AND v.uid = ? AND v.present = 1`).all<ViewRecord>(app, uid);
}

export interface FindViewArgs {
  readonly conversation: ConversationId;
  readonly uid: Uid;
}

export function findView(db: SqliteConnection, args: FindViewArgs): View | null {
  const record = findViewRecord(db, args.conversation.app, args.conversation.ref, args.uid);
  return record === undefined ? null : viewOf(record);
}

export function findViewWithEnd(db: SqliteConnection, args: FindViewArgs): ViewWithEnd | null {
  const record = findViewRecord(db, args.conversation.app, args.conversation.ref, args.uid);
  return record === undefined ? null : withEnd(db, args.conversation.app, record);
}

// The kinds that move a conversation up and show as its last message (chat.md 15.3).
const ACTIVE_KINDS = `(r.countable = 1 OR r.category = ${Category.CALL} OR (r.category = ${Category.ACTION} AND r.type = 'groupMember'))`;

export function withEnd(db: SqliteConnection, app: string, record: ViewRecord): ViewWithEnd {
  const head = headOf(db, record.conv);
  const last = db.sql(
    `SELECT ${ROW_COLUMNS} FROM messaging_rows r JOIN messaging_conversations c ON c.handle = r.conv
     WHERE r.conv = ? AND r.seq > ? AND ${ACTIVE_KINDS} ORDER BY r.seq DESC LIMIT 1`,
  ).get<RowRecord>(record.conv, record.floor);
  const peer = peerMarks(db, app, record);
  return {
    view: viewOf(record),
    head: head.seq,
    headId: head.seq > record.floor ? head.id : 0,
    last: last === undefined ? undefined : storedRow(db, last),
    activityAtMs: last?.sent_at ?? record.created_at,
    unread: countUnread(db, record),
    lastReadId: idAtOrBelow(db, record.conv, record.read),
    peerDeliveredSeq: peer.delivered,
    peerReadSeq: peer.read,
    peerDeliveredId: idAtOrBelow(db, record.conv, peer.delivered),
    peerReadId: idAtOrBelow(db, record.conv, peer.read),
    peerMarkedAtMs: peer.delivered === 0 ? 0 : peer.updated_at,
  };
}

/** Countable messages of others above the mark, not deleted: what chat.md 16.4 amounts to. Costs one step per unread row. */
function countUnread(db: SqliteConnection, record: ViewRecord): number {
  return db.sql(
    `SELECT count(*) AS n FROM messaging_rows r
     WHERE r.conv = ? AND r.seq > ? AND r.countable = 1 AND r.deleted = 0 AND r.sender <> ?`,
  ).get<{ n: number }>(record.conv, Math.max(record.unread_after, record.floor), record.uid)!.n;
}

function idAtOrBelow(db: SqliteConnection, handle: number, seq: number): number {
  if (seq === 0) return 0;
  return db.sql("SELECT id FROM messaging_rows WHERE conv = ? AND seq <= ? ORDER BY seq DESC LIMIT 1")
    .get<{ id: number }>(handle, seq)?.id ?? 0;
}

interface PeerMarks {
  readonly delivered: number;
  readonly read: number;
  readonly updated_at: number;
  readonly change_no: number;
}

function peerMarks(db: SqliteConnection, app: string, record: ViewRecord): PeerMarks {
  const none: PeerMarks = { delivered: 0, read: 0, updated_at: 0, change_no: 0 };
  if (!record.ref.startsWith("u/")) return none;
  return db.sql("SELECT delivered, read, updated_at, change_no FROM messaging_views WHERE conv = ? AND uid <> ? AND app = ? LIMIT 1")
    .get<PeerMarks>(record.conv, record.uid, app) ?? none;
}

export function peerChangeNo(db: SqliteConnection, app: string, record: ViewRecord): number {
  return peerMarks(db, app, record).change_no;
}

export interface ListViewsArgs {
  readonly app: AppId;
  readonly uid: Uid;
  readonly query: ViewQuery;
}

/**
 * The list is derived on read (design.md 8): order first by what is cheap (the newest active row of each view), then
 * the page alone is filled.
 */
export function listViews(db: SqliteConnection, args: ListViewsArgs): ViewWithEnd[] {
  const { app, uid, query } = args;
  const prefix = query.type === undefined ? "" : query.type === "user" ? "u/" : "g/";
  const sorted = viewRecordsOf(db, app, uid)
    .filter((record) => record.ref.startsWith(prefix))
    .map((record) => ({ record, at: activityOf(db, record) }))
    .filter(({ at }) => at > 0)
    .sort((a, b) => b.at - a.at || (a.record.ref < b.record.ref ? -1 : 1));
  const page: ViewWithEnd[] = [];
  for (const { record, at } of sorted) {
    if (query.after !== undefined && !isAfter({ at, ref: record.ref }, query.after)) continue;
    if (query.unreadOnly && countUnread(db, record) === 0) continue;
    page.push(withEnd(db, app, record));
    if (page.length >= query.limit) break;
  }
  return page;
}

function isAfter(entry: { at: number; ref: string }, mark: { activityAtMs: number; ref: string }): boolean {
  return entry.at < mark.activityAtMs || (entry.at === mark.activityAtMs && entry.ref > mark.ref);
}

/** Activity for the order; a log with rows but none of the active kinds counts from its creation. 0: no rows. */
function activityOf(db: SqliteConnection, record: ViewRecord): number {
  const row = db.sql(
    `SELECT r.sent_at FROM messaging_rows r WHERE r.conv = ? AND r.seq > ? AND ${ACTIVE_KINDS} ORDER BY r.seq DESC LIMIT 1`,
  ).get<{ sent_at: number }>(record.conv, record.floor);
  return row?.sent_at ?? (headOf(db, record.conv).seq === 0 ? 0 : record.created_at);
}
