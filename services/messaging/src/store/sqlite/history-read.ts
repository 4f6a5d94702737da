// Commands that read rows.
import type { AppId, Uid } from "@parlance/platform/ids";
import type { SqliteConnection, SqlValue } from "@parlance/platform/sqlite";
import type { ConversationId } from "../../domain/conversation.js";
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
  if (handle === undefined) return { rows: [], head: 0 };
  const rows = db.sql(`${SELECT} WHERE r.conv = ? AND r.seq > ? AND r.seq <= ? ORDER BY r.seq LIMIT ?`)
    .all<RowRecord>(handle, args.afterSeq, args.throughSeq, args.limit)
    .map((record) => storedRow(db, record));
  return { rows, head: headOf(db, handle).seq };
}

export interface PageArgs {
  readonly conversation: ConversationId;
  readonly query: HistoryQuery;
}

export function page(db: SqliteConnection, args: PageArgs): RowPage {
  const handle = handleOf(db, args.conversation.app, args.conversation.ref);
  if (handle === undefined) return { rows: [], head: 0 };
  return { rows: pageRows(db, handle, args.query).map((record) => storedRow(db, record)), head: headOf(db, handle).seq };
}

function pageRows(db: SqliteConnection, handle: number, query: HistoryQuery): RowRecord[] {
  const { where, params } = filters(query);
  const order = query.direction === "previous" ? "DESC" : "ASC";
  const records = db.sql(`${SELECT} WHERE r.conv = ?${where} ORDER BY r.seq ${order} LIMIT ?`)
    .all<RowRecord>(handle, ...params, query.limit);
  return query.direction === "previous" ? records.reverse() : records;
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

/** Takes a page from each conversation and keeps the nearest: costs one seek per conversation of the user. */
export function pageOfUser(db: SqliteConnection, args: PageOfUserArgs): StoredRow[] {
  const views = db.sql("SELECT conv, floor, unread_after FROM messaging_views WHERE app = ? AND uid = ? AND present = 1")
    .all<{ conv: number; floor: number; unread_after: number }>(args.app, args.uid);
  const found: RowRecord[] = [];
  for (const view of views) {
    const aboveSeq = args.query.countableOnly ? view.unread_after : 0;
    found.push(...pageRows(db, view.conv, { ...args.query, floorSeq: view.floor, aboveSeq }));
  }
  found.sort((a, b) => a.id - b.id);
  const kept = args.query.direction === "previous" ? found.slice(-args.query.limit) : found.slice(0, args.query.limit);
  return kept.map((record) => storedRow(db, record));
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
