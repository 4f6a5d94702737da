import type { SqliteConnection } from "@parlance/platform/sqlite";
import { guid as asGuid, type AppId, type Guid, type Uid } from "@parlance/platform/ids";
import type { BanRecord, MemberRecord } from "../../domain/roster.js";
import type { GroupState, PendingEvent } from "../ports.js";
import {
  BAN_COLUMNS, GROUP_COLUMNS, MEMBER_COLUMNS, banOf, groupOf, memberOf, pendingOf,
  type BanRow, type GroupRow, type MemberRow, type PendingRow,
} from "./rows.js";

export function groupRow(db: SqliteConnection, app: AppId, guid: Guid): GroupRow | undefined {
  return db.sql(`SELECT ${GROUP_COLUMNS} FROM group_groups g WHERE app = ? AND guid = ?`).get<GroupRow>(app, guid);
}

export function findMember(db: SqliteConnection, grp: number, uid: Uid): MemberRecord | undefined {
  const row = db.sql(`SELECT ${MEMBER_COLUMNS} FROM group_members m WHERE grp = ? AND uid = ?`).get<MemberRow>(grp, uid);
  return row && memberOf(row);
}

export function findBan(db: SqliteConnection, grp: number, uid: Uid): BanRecord | undefined {
  const row = db.sql(`SELECT ${BAN_COLUMNS} FROM group_bans b WHERE grp = ? AND uid = ?`).get<BanRow>(grp, uid);
  return row && banOf(row);
}

function pendingEvents(db: SqliteConnection, app: AppId, guid: Guid): PendingEvent[] {
  return db.sql(`SELECT * FROM group_pending WHERE app = ? AND guid = ? ORDER BY entry`)
    .all<PendingRow>(app, guid).map(pendingOf);
}

export function state(
  db: SqliteConnection, { app, guid, uids }: { readonly app: AppId; readonly guid: Guid; readonly uids: readonly Uid[] },
): GroupState {
  const pending = pendingEvents(db, app, guid);
  const row = groupRow(db, app, guid);
  if (row === undefined) return { group: undefined, members: [], bans: [], pending };
  const people = [...new Set(uids)];
  return {
    group: groupOf(row),
    members: people.flatMap((uid) => findMember(db, row.grp, uid) ?? []),
    bans: people.flatMap((uid) => findBan(db, row.grp, uid) ?? []),
    pending,
  };
}

/** Memberships of removed groups have no group any more, and do not count. */
export function guidsOf(db: SqliteConnection, { app, uid }: { readonly app: AppId; readonly uid: Uid }): Guid[] {
  return db.sql(
    `SELECT g.guid FROM group_members m CROSS JOIN group_groups g ON g.grp = m.grp WHERE m.app = ? AND m.uid = ?`,
  ).all<{ guid: string }>(app, uid).map((row) => asGuid(row.guid));
}
