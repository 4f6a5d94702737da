// Group lists. What a viewer may see comes from two sources, each of which an index or the viewer's few memberships keep
// short: groups that are listed to everybody, and private ones the viewer is in. So no list walks over what it may not
// show (S39). Texts are put together of constant parts only; nothing of a request is ever part of one (S21).

import type { SqliteConnection, SqlValue } from "@parlance/platform/sqlite";
import type { AppId, Uid } from "@parlance/platform/ids";
import type { GroupFilter, GroupQuery, ListedGroup } from "../ports.js";
import { findBan, findMember } from "./reads.js";
import { GROUP_COLUMNS, groupOf, type GroupRow } from "./rows.js";
import { endOfPrefix } from "./terms.js";

interface Part {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

const NO_PART: Part = { text: "", values: [] };

function joined(parts: readonly Part[], between = ""): Part {
  return { text: parts.map((part) => part.text).join(between), values: parts.flatMap((part) => part.values) };
}

function searchPart(app: AppId, { searchKey }: GroupFilter): Part {
  if (searchKey === "") return NO_PART;
  const range = "SELECT grp FROM group_terms WHERE app = ? AND kind = ? AND term >= ? AND term < ?";
  return {
    text: ` AND g.grp IN (${range} UNION ${range})`,
    values: ["g", "n"].flatMap((kind) => [app, kind, searchKey, endOfPrefix(searchKey)]),
  };
}

function tagsPart(app: AppId, { tags }: GroupFilter): Part {
  if (tags.length === 0) return NO_PART;
  return {
    text: ` AND g.grp IN (SELECT grp FROM group_terms
      WHERE app = ? AND kind = 't' AND term IN (SELECT value FROM json_each(?)))`,
    values: [app, JSON.stringify(tags)],
  };
}

function typesPart({ types }: GroupFilter): Part {
  if (types.length === 0) return NO_PART;
  return { text: " AND g.type IN (SELECT value FROM json_each(?))", values: [JSON.stringify(types)] };
}

function filters(app: AppId, filter: GroupFilter): Part {
  return joined([searchPart(app, filter), tagsPart(app, filter), typesPart(filter)]);
}

/** Candidates come by row number then, and an index over all groups must not be preferred to them. */
function allGroups({ searchKey, tags }: GroupFilter): string {
  return searchKey === "" && tags.length === 0 ? "group_groups g" : "group_groups g NOT INDEXED";
}

function ofMember(app: AppId, viewer: Uid, onlyPrivate: boolean): Part {
  const text = "group_members m CROSS JOIN group_groups g ON g.grp = m.grp WHERE m.app = ? AND m.uid = ?";
  return { text: onlyPrivate ? `${text} AND g.private = 1` : text, values: [app, viewer] };
}

/** Each source answers different groups. */
function sources(app: AppId, filter: GroupFilter): Part[] {
  const { viewer, joinedOnly } = filter;
  const all = (more: string): Part => ({ text: `${allGroups(filter)} WHERE g.app = ?${more}`, values: [app] });
  if (viewer === undefined) return [all("")];
  if (joinedOnly) return [ofMember(app, viewer, false)];
  return [all(" AND g.private = 0"), ofMember(app, viewer, true)];
}

export function groupListStatement(app: AppId, query: GroupQuery): Part {
  const { after, limit, offset } = query;
  const start: Part = after === undefined
    ? NO_PART
    : { text: " AND (g.folded_name, g.guid) > (?, ?)", values: [after.foldedName, after.id] };
  const end: Part = { text: " ORDER BY g.folded_name, g.guid LIMIT ?", values: [limit + offset] };
  const arms = sources(app, query).map((source) => joined([
    { text: `SELECT * FROM (SELECT ${GROUP_COLUMNS}, g.folded_name FROM `, values: [] },
    source, filters(app, query), start, end, { text: ")", values: [] },
  ]));
  return joined([joined(arms, " UNION ALL "), { text: " ORDER BY folded_name, guid LIMIT ? OFFSET ?", values: [limit, offset] }]);
}

export function listGroups(
  db: SqliteConnection, { app, query }: { readonly app: AppId; readonly query: GroupQuery },
): ListedGroup[] {
  const { text, values } = groupListStatement(app, query);
  const { viewer } = query;
  return db.sql(text).all<GroupRow>(...values).map((row) => ({
    group: groupOf(row),
    member: viewer && findMember(db, row.grp, viewer),
    isBanned: viewer !== undefined && findBan(db, row.grp, viewer) !== undefined,
  }));
}

export function countGroups(
  db: SqliteConnection, { app, filter }: { readonly app: AppId; readonly filter: GroupFilter },
): number {
  return sources(app, filter).reduce((total, source) => {
    const { text, values } = joined([{ text: "SELECT count(*) AS n FROM ", values: [] }, source, filters(app, filter)]);
    return total + db.sql(text).get<{ n: number }>(...values)!.n;
  }, 0);
}
