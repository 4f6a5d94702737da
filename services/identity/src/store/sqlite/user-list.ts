// User lists. The order walks an index; a search, tags or uids give candidates from an index instead, which are then
// sorted. All other filters look at the rows on the way. Texts are put together of constant parts only, so there are
// few of them and nothing of a request is ever part of one (S21).

import type { SqliteConnection, SqlValue } from "@parlance/platform/sqlite";
import type { AppId } from "@parlance/platform/ids";
import type { UserFilter, UserOrder, UserPosition, UserQuery } from "../ports.js";
import type { UserRecord } from "../../domain/user.js";
import { userOf, type UserRow } from "./rows.js";
import { endOfPrefix } from "./terms.js";
import { USER_COLUMNS } from "./user-reads.js";

interface Part {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

const NO_PART: Part = { text: "", values: [] };

const ORDERS: { readonly [O in UserOrder]: readonly string[] } = {
  status: ["offline", "folded_name", "uid"],
  name: ["folded_name", "uid"],
  uid: ["uid"],
  createdAt: ["created_at_ms", "uid"],
};

function positionValues(order: UserOrder, { online, foldedName, createdAtMs, uid }: UserPosition): SqlValue[] {
  switch (order) {
    case "status": return [online ? 0 : 1, foldedName, uid];
    case "name": return [foldedName, uid];
    case "uid": return [uid];
    case "createdAt": return [createdAtMs, uid];
  }
}

function afterPart({ order, descending, after }: UserQuery): Part {
  if (after === undefined) return NO_PART;
  const columns = ORDERS[order];
  const marks = columns.map(() => "?").join(", ");
  return {
    text: ` AND (${columns.join(", ")}) ${descending ? "<" : ">"} (${marks})`,
    values: positionValues(order, after),
  };
}

const SEARCH_KINDS = { uid: "u", name: "n" } as const;

function searchPart(app: AppId, { searchKey, searchIn }: UserFilter): Part {
  if (searchKey === "") return NO_PART;
  const fields = searchIn.length === 0 ? (["uid", "name"] as const) : searchIn;
  const range = "SELECT user FROM identity_terms WHERE app = ? AND kind = ? AND term >= ? AND term < ?";
  return {
    text: ` AND user IN (${fields.map(() => range).join(" UNION ")})`,
    values: fields.flatMap((field) => [app, SEARCH_KINDS[field], searchKey, endOfPrefix(searchKey)]),
  };
}

function tagsPart(app: AppId, { tags }: UserFilter): Part {
  if (tags.length === 0) return NO_PART;
  const text = ` AND user IN (SELECT user FROM identity_terms WHERE app = ? AND kind = 't'
    AND term IN (SELECT value FROM json_each(?)))`;
  return { text, values: [app, JSON.stringify(tags)] };
}

function listPart(column: "uid" | "role", list: readonly string[]): Part {
  if (list.length === 0) return NO_PART;
  return { text: ` AND ${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(list)] };
}

function filterParts(app: AppId, filter: UserFilter): Part[] {
  const { online, viewer, withDeactivated } = filter;
  return [
    { text: " WHERE app = ?", values: [app] },
    searchPart(app, filter),
    tagsPart(app, filter),
    listPart("uid", filter.uids),
    listPart("role", filter.roles),
    withDeactivated ? NO_PART : { text: " AND deactivated_at_ms = 0", values: [] },
    online === undefined ? NO_PART : { text: " AND offline = ?", values: [online ? 0 : 1] },
    viewer === undefined ? NO_PART : { text: " AND uid <> ?", values: [viewer] },
  ];
}

/** Candidates come by row number then, and an index over all users must not be preferred to them. */
function source({ searchKey, tags }: UserFilter): string {
  return searchKey === "" && tags.length === 0 ? "identity_users" : "identity_users NOT INDEXED";
}

function statement(head: string, parts: readonly Part[]): Part {
  return { text: head + parts.map((part) => part.text).join(""), values: parts.flatMap((part) => part.values) };
}

export function userListStatement(app: AppId, query: UserQuery): Part {
  const { order, descending, limit, offset } = query;
  const columns = ORDERS[order].map((column) => (descending ? `${column} DESC` : column)).join(", ");
  const end = { text: ` ORDER BY ${columns} LIMIT ? OFFSET ?`, values: [limit, offset] };
  return statement(`SELECT ${USER_COLUMNS} FROM ${source(query)}`, [...filterParts(app, query), afterPart(query), end]);
}

export function listUsers(
  db: SqliteConnection, { app, query }: { readonly app: AppId; readonly query: UserQuery },
): UserRecord[] {
  const { text, values } = userListStatement(app, query);
  return db.sql(text).all<UserRow>(...values).map(userOf);
}

export function countUsers(
  db: SqliteConnection, { app, filter }: { readonly app: AppId; readonly filter: UserFilter },
): number {
  const { text, values } = statement(`SELECT count(*) AS n FROM ${source(filter)}`, filterParts(app, filter));
  return db.sql(text).get<{ n: number }>(...values)!.n;
}
