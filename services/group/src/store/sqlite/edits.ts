import { insertOutbox, type LogRecord } from "@parlance/platform/eventlog";
import type { SqliteConnection, SqlValue } from "@parlance/platform/sqlite";
import type { AppId, Guid, Uid } from "@parlance/platform/ids";
import { folded } from "@parlance/platform/paging";
import { GroupType } from "@parlance/proto/group/v1/group";
import type { GroupRecord } from "../../domain/group.js";
import type { EditOutcome, GroupEdit, GroupRemoval, PendingEvent } from "../ports.js";
import { putBan, putMember, removeBan, removeMember } from "./people.js";
import { groupRow } from "./reads.js";
import { groupOf, type GroupRow } from "./rows.js";
import { indexGroup } from "./terms.js";

const DONE: EditOutcome = { kind: "done" };
const CONFLICT: EditOutcome = { kind: "conflict" };

interface EditArgs {
  readonly app: AppId;
  readonly edit: GroupEdit;
}

export function create(db: SqliteConnection, { app, edit }: EditArgs): EditOutcome {
  if (groupRow(db, app, edit.group.guid) !== undefined) return CONFLICT;
  const full = fullUsers(db, app, edit);
  if (full.length > 0) return { kind: "full", uids: full };
  const grp = insertGroup(db, app, edit.group);
  indexGroup(db, { app, grp, before: undefined, after: edit.group });
  editPeople(db, { app, grp, edit });
  tell(db, { app, guid: edit.group.guid }, edit);
  return DONE;
}

export function edit(db: SqliteConnection, { app, edit: change }: EditArgs): EditOutcome {
  const row = groupRow(db, app, change.group.guid);
  if (!isSame(row, change.group)) return CONFLICT;
  const full = fullUsers(db, app, change);
  if (full.length > 0) return { kind: "full", uids: full };
  const { grp } = row;
  updateGroup(db, grp, { ...change.group, revision: change.group.revision + 1 });
  indexGroup(db, { app, grp, before: groupOf(row), after: change.group });
  editPeople(db, { app, grp, edit: change });
  tell(db, { app, guid: change.group.guid }, change);
  return DONE;
}

export function remove(
  db: SqliteConnection, { app, removal }: { readonly app: AppId; readonly removal: GroupRemoval },
): EditOutcome {
  const { guid } = removal.group;
  const row = groupRow(db, app, guid);
  if (!isSame(row, removal.group)) return CONFLICT;
  db.sql(`DELETE FROM group_groups WHERE grp = ?`).run(row.grp);
  db.sql(`INSERT INTO group_erasing (grp) VALUES (?)`).run(row.grp);
  indexGroup(db, { app, grp: row.grp, before: groupOf(row), after: undefined });
  tell(db, { app, guid }, removal);
  return DONE;
}

export function replacePassword(
  db: SqliteConnection,
  { app, guid, from, to }: { readonly app: AppId; readonly guid: Guid; readonly from: string; readonly to: string },
): void {
  db.sql(`UPDATE group_groups SET password_hash = ? WHERE app = ? AND guid = ? AND password_hash = ?`)
    .run(to, app, guid, from);
}

export function delivered(
  db: SqliteConnection,
  { app, guid, eventIds }: { readonly app: AppId; readonly guid: Guid; readonly eventIds: readonly string[] },
): void {
  const forget = db.sql(`DELETE FROM group_pending WHERE app = ? AND guid = ? AND event_id = ?`);
  for (const id of eventIds) forget.run(app, guid, id);
}

function isSame(row: GroupRow | undefined, group: GroupRecord): row is GroupRow {
  return row !== undefined && row.incarnation === group.incarnation && row.revision === group.revision;
}

/** Those of the joining who are in as many groups as they may; looks at no more memberships than that. */
function fullUsers(db: SqliteConnection, app: AppId, { joining, groupsMax }: GroupEdit): Uid[] {
  const count = db.sql(
    `SELECT count(*) AS n FROM (SELECT 1 FROM group_members m CROSS JOIN group_groups g ON g.grp = m.grp
       WHERE m.app = ? AND m.uid = ? LIMIT ?)`,
  );
  return joining.filter((uid) => count.get<{ n: number }>(app, uid, groupsMax)!.n >= groupsMax);
}

function editPeople(db: SqliteConnection, { app, grp, edit: { members, bans } }: EditArgs & { readonly grp: number }): void {
  for (const uid of members.remove) removeMember(db, grp, uid);
  for (const uid of bans.remove) removeBan(db, grp, uid);
  for (const member of members.put) putMember(db, { app, grp, member });
  for (const ban of bans.put) putBan(db, { app, grp, ban });
}

interface Told {
  readonly pending: readonly PendingEvent[];
  readonly facts: readonly LogRecord[];
}

interface GroupName {
  readonly app: AppId;
  readonly guid: Guid;
}

function tell(db: SqliteConnection, { app, guid }: GroupName, { pending, facts }: Told): void {
  const add = db.sql(
    `INSERT INTO group_pending (app, guid, incarnation, event_id, kind, uid, by_uid, new_scope, value)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const { eventId, incarnation, by, step, value } of pending) {
    add.run(app, guid, incarnation, eventId, step?.kind ?? 0, step?.uid ?? "", by, step?.newScope ?? 0, value);
  }
  for (const fact of facts) insertOutbox(db, "group", fact);
}

/** In the order of the two statements below. */
function valuesOf(group: GroupRecord): SqlValue[] {
  return [
    group.name, folded(group.name), group.type, group.type === GroupType.PRIVATE ? 1 : 0, group.passwordHash, group.icon,
    group.description, group.owner, group.metadataJson, JSON.stringify(group.tags), group.historyVisibility,
    group.membersCount, group.updatedAtMs, group.updatedBy, group.version, group.revision,
  ];
}

function insertGroup(db: SqliteConnection, app: AppId, group: GroupRecord): number {
  return db.sql(
    `INSERT INTO group_groups (app, guid, incarnation, created_at_ms, name, folded_name, type, private, password_hash,
       icon, description, owner, metadata_json, tags_json, history_visibility, members_count, updated_at_ms, updated_by,
       version, revision)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(app, group.guid, group.incarnation, group.createdAtMs, ...valuesOf(group)).lastInsertRowid;
}

function updateGroup(db: SqliteConnection, grp: number, group: GroupRecord): void {
  db.sql(
    `UPDATE group_groups SET name = ?, folded_name = ?, type = ?, private = ?, password_hash = ?, icon = ?,
       description = ?, owner = ?, metadata_json = ?, tags_json = ?, history_visibility = ?, members_count = ?,
       updated_at_ms = ?, updated_by = ?, version = ?, revision = ?
     WHERE grp = ?`,
  ).run(...valuesOf(group), grp);
}
