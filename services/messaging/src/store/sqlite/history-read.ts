// Commands that read rows.
import type { AppId, Uid } from "@parlance/platform/ids";
import type { SqliteConnection, SqlValue } from "@parlance/platform/sqlite";
import type { ConversationId } from "../../domain/conversation.js";
import { PAGE_BYTES_MAX } from "../../domain/page.js";
import type { HistoryQuery, RowPage, StoredRow } from "../ports.js";
import { MESSAGE_KIND } from "./packed-rows.js";
import { handleOf, headOf, ROW_COLUMNS, storedRow, type RowRecord } from "./stored-row.js";

const SELECT = `SELECT ${ROW_COLUMNS} FROM messaging_rows r JOIN messaging_conversations c ON c.handle = r.conv`;

export interface RowsAfterArgs {
  readonly conversation: ConversationId;
  readonly afterSeq: number;
  readonly throughSeq: number;
  readonly limit: number;
}

export function rowsAfter(db: SqliteConnection, args: RowsAfterArgs): RowPage {
  const handle = handleOf(db, args.conversation.app, args.conversation.ref);
  if (handle === undefined) return NOTHING;
  const found = db.sql(`${SELECT} WHERE r.conv = ? AND r.seq > ? AND r.seq <= ? ORDER BY r.seq LIMIT ?`)
    .all<RowRecord>(handle, args.afterSeq, args.throughSeq, args.limit);
  const kept = fitting(found);
  return { rows: kept.map((record) => storedRow(db, record)), head: headOf(db, handle).seq, cut: kept.length < found.length };
}

const NOTHING: RowPage = { rows: [], head: 0, cut: false };

/** As many of the first rows as a page carries; at least one. */
function fitting(records: readonly RowRecord[]): readonly RowRecord[] {
  let bytes = 0;
  const over = records.findIndex((record, i) => (bytes += record.body.length) > PAGE_BYTES_MAX && i > 0);
  return over === -1 ? records : records.slice(0, over);
}

export interface PageArgs {
  readonly conversation: ConversationId;
  readonly query: HistoryQuery;
}

export function page(db: SqliteConnection, args: PageArgs): RowPage {
  const handle = handleOf(db, args.conversation.app, args.conversation.ref);
  if (handle === undefined) return NOTHING;
  const { records, cut } = pageRows(db, handle, args.query);
  return { rows: records.map((record) => storedRow(db, record)), head: headOf(db, handle).seq, cut };
}

/** Oldest to newest; a page that is full by bytes keeps what is nearest to where it starts. */
function pageRows(db: SqliteConnection, handle: number, query: HistoryQuery): { records: readonly RowRecord[]; cut: boolean } {
  const { where, params } = filters(query);
  const order = query.direction === "previous" ? "DESC" : "ASC";
  const found = db.sql(`${SELECT} WHERE r.conv = ?${where} ORDER BY r.seq ${order} LIMIT ?`)
    .all<RowRecord>(handle, ...params, query.limit);
  const kept = fitting(found);
  return { records: query.direction === "previous" ? kept.toReversed() : kept, cut: kept.length < found.length };
}

/** Only constant texts and numbers of placeholders make up the statement: the number of different texts is bounded. */
function filters(query: HistoryQuery): { where: string; params: SqlValue[] } {
  const parts: string[] = [` AND r.kind = ${MESSAGE_KIND} AND r.seq > ?`];
  const params: SqlValue[] = [Math.max(query.floorSeq, query.aboveSeq)];
  const compare = query.direction === "previous" ? "<" : ">";
  const add = (text: string, ...values: SqlValue[]) => {
    parts.push(` AND ${text}`);
    params.push(...values);
  };
  if (query.messageId !== undefined) add(`r.id ${compare} ?`, query.messageId);
  if (query.atMs !== undefined) add(`r.sent_at ${compare} ?`, query.atMs);
  if (query.hideDeleted) add("r.deleted = 0");
  if (query.countableOnly) add("r.countable = 1 AND r.deleted = 0");
  if (query.notBy !== undefined) add("r.sender <> ?", query.notBy);
  if (query.categories.length > 0) add(`r.category IN (${query.categories.map(() => "?").join(",")})`, ...query.categories);
  if (query.types.length > 0) add(`r.type IN (${query.types.map(() => "?").join(",")})`, ...query.types);
  return { where: parts.join(""), params };
}

export interface PageOfUserArgs {
  readonly app: AppId;
  readonly uid: Uid;
  readonly query: HistoryQuery;
}

/** Takes the ids of a page from each conversation and reads the nearest: one seek per conversation of the user. */
export function pageOfUser(db: SqliteConnection, args: PageOfUserArgs): StoredRow[] {
  const views = db.sql("SELECT conv, floor, unread_after FROM messaging_views WHERE app = ? AND uid = ? AND present = 1")
    .all<{ conv: number; floor: number; unread_after: number }>(args.app, args.uid);
  const { direction, limit } = args.query;
  const away = direction === "previous" ? -1 : 1;
  const ids = views.flatMap((view) => {
    const aboveSeq = args.query.countableOnly ? view.unread_after : 0;
    return pageIds(db, view.conv, { ...args.query, floorSeq: view.floor, aboveSeq });
  });
  const nearest = ids.sort((a, b) => away * (a - b)).slice(0, limit);
  const kept = fitting(nearest.map((id) => db.sql(`${SELECT} WHERE r.id = ?`).get<RowRecord>(id)!));
  return (direction === "previous" ? kept.toReversed() : kept).map((record) => storedRow(db, record));
}

function pageIds(db: SqliteConnection, handle: number, query: HistoryQuery): number[] {
  const { where, params } = filters(query);
  const order = query.direction === "previous" ? "DESC" : "ASC";
  return db.sql(`SELECT r.id FROM messaging_rows r WHERE r.conv = ?${where} ORDER BY r.seq ${order} LIMIT ?`)
    .all<{ id: number }>(handle, ...params, query.limit).map(({ id }) => id);
}

export function byId(db: SqliteConnection, args: { readonly app: AppId; readonly id: number }): StoredRow | null {
  const record = db.sql(`${SELECT} WHERE r.id = ? AND c.app = ?`).get<RowRecord>(args.id, args.app);
  return record === undefined ? null : storedRow(db, record);
}

export interface ChangeOfArgs {
  readonly app: AppId;
  readonly messageId: number;
  readonly kind: "edit" | "delete";
}

export function changeOf(db: SqliteConnection, args: ChangeOfArgs): StoredRow | null {
  const record = db.sql(`${SELECT} WHERE r.target = ? AND r.change = ? AND c.app = ? ORDER BY r.seq LIMIT 1`)
    .get<RowRecord>(args.messageId, args.kind, args.app);
  return record === undefined ? null : storedRow(db, record);
}

export interface AuthorsArgs {
  readonly conversation: ConversationId;
  readonly after: number;
  readonly through: number;
  readonly not: Uid;
  readonly limit: number;
}

// A mark that jumps over a long stretch looks at the newest rows only: authors of older ones see it at the next sync.
const AUTHOR_ROWS_MAX = 5_000;

export function authorsBetween(db: SqliteConnection, args: AuthorsArgs): Uid[] {
  const handle = handleOf(db, args.conversation.app, args.conversation.ref);
  if (handle === undefined) return [];
  return db.sql(
    `SELECT DISTINCT sender FROM messaging_rows
     WHERE conv = ? AND seq > ? AND seq <= ? AND sender <> ? AND category <> 4 LIMIT ?`,
  ).all<{ sender: Uid }>(handle, Math.max(args.after, args.through - AUTHOR_ROWS_MAX), args.through, args.not, args.limit)
    .map((row) => row.sender);
}
