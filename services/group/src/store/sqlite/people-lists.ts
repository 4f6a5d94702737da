// Lists of members and bans. Members are read one scope after the other, so that each read is one range of the index
// and a filter for admins does not walk over participants. A search starts from the terms instead.

import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { AppId } from "@parlance/platform/ids";
import { MemberScope } from "@parlance/proto/group/v1/group";
import type { BanRecord, MemberRecord } from "../../domain/roster.js";
import type { BanFilter, BanQuery, MemberFilter, MemberQuery } from "../ports.js";
import { groupRow } from "./reads.js";
import { BAN_COLUMNS, MEMBER_COLUMNS, banOf, memberOf, type BanRow, type MemberRow } from "./rows.js";
import { endOfPrefix, type PersonKind } from "./terms.js";

const SCOPES = [MemberScope.ADMIN, MemberScope.MODERATOR, MemberScope.PARTICIPANT] as const;

function scopesOf({ scopes }: MemberFilter): readonly MemberScope[] {
  return SCOPES.filter((scope) => scopes.length === 0 || scopes.includes(scope));
}

type Values = (number | string)[];

/** Where the rows of a group come from: all of its rows, or those its terms name. */
function source(
  table: "group_members m" | "group_bans b", alias: "m" | "b", kind: PersonKind, grp: number, searchKey: string,
): { readonly text: string; readonly values: Values } {
  if (searchKey === "") return { text: `${table} WHERE ${alias}.grp = ?`, values: [grp] };
  return {
    text: `(SELECT DISTINCT uid FROM group_people_terms WHERE grp = ? AND kind = '${kind}' AND term >= ? AND term < ?) found
      CROSS JOIN ${table} ON ${alias}.uid = found.uid WHERE ${alias}.grp = ?`,
    values: [grp, searchKey, endOfPrefix(searchKey), grp],
  };
}

const memberSource = (grp: number, { searchKey }: MemberFilter) => source("group_members m", "m", "m", grp, searchKey);
const banSource = (grp: number, { searchKey }: BanFilter) => source("group_bans b", "b", "b", grp, searchKey);

function countOfScope(db: SqliteConnection, grp: number, filter: MemberFilter, scope: MemberScope): number {
  const { text, values } = memberSource(grp, filter);
  return db.sql(`SELECT count(*) AS n FROM ${text} AND m.scope = ?`).get<{ n: number }>(...values, scope)!.n;
}

interface Slice {
  readonly after: MemberQuery["after"];
  readonly limit: number;
  readonly offset: number;
}

function membersOfScope(
  db: SqliteConnection, grp: number, filter: MemberFilter, scope: MemberScope, { after, limit, offset }: Slice,
): MemberRecord[] {
  const { text, values } = memberSource(grp, filter);
  const inside = after?.scope === scope ? [after.foldedName, after.id] : undefined;
  return db.sql(
    `SELECT ${MEMBER_COLUMNS} FROM ${text} AND m.scope = ?${inside ? " AND (m.folded_name, m.uid) > (?, ?)" : ""}
     ORDER BY m.folded_name, m.uid LIMIT ? OFFSET ?`,
  ).all<MemberRow>(...values, scope, ...(inside ?? []), limit, offset).map(memberOf);
}

export function listMembers(
  db: SqliteConnection, { app, query }: { readonly app: AppId; readonly query: MemberQuery },
): MemberRecord[] {
  const grp = groupRow(db, app, query.guid)?.grp;
  if (grp === undefined) return [];
  const { after, limit } = query;
  const found: MemberRecord[] = [];
  let { offset } = query;
  for (const scope of scopesOf(query)) {
    if (after !== undefined && scope > after.scope) continue;
    const rows = membersOfScope(db, grp, query, scope, { after, limit: limit - found.length, offset });
    found.push(...rows);
    if (found.length === limit) break;
    if (rows.length > 0) offset = 0;
    else if (offset > 0) offset = Math.max(0, offset - countOfScope(db, grp, query, scope));
  }
  return found;
}

export function countMembers(
  db: SqliteConnection, { app, filter }: { readonly app: AppId; readonly filter: MemberFilter },
): number {
  const grp = groupRow(db, app, filter.guid)?.grp;
  if (grp === undefined) return 0;
  return scopesOf(filter).reduce((total, scope) => total + countOfScope(db, grp, filter, scope), 0);
}

export function listBans(
  db: SqliteConnection, { app, query }: { readonly app: AppId; readonly query: BanQuery },
): BanRecord[] {
  const grp = groupRow(db, app, query.guid)?.grp;
  if (grp === undefined) return [];
  const { after, limit, offset } = query;
  const { text, values } = banSource(grp, query);
  const start = after === undefined ? [] : [after.bannedAtMs, after.bannedAtMs, after.uid];
  return db.sql(
    `SELECT ${BAN_COLUMNS} FROM ${text}
     ${after === undefined ? "" : "AND b.banned_at_ms <= ? AND (b.banned_at_ms < ? OR b.uid > ?)"}
     ORDER BY b.banned_at_ms DESC, b.uid LIMIT ? OFFSET ?`,
  ).all<BanRow>(...values, ...start, limit, offset).map(banOf);
}

export function countBans(
  db: SqliteConnection, { app, filter }: { readonly app: AppId; readonly filter: BanFilter },
): number {
  const grp = groupRow(db, app, filter.guid)?.grp;
  if (grp === undefined) return 0;
  const { text, values } = banSource(grp, filter);
  return db.sql(`SELECT count(*) AS n FROM ${text}`).get<{ n: number }>(...values)!.n;
}
