import type { AppId, Uid } from "@parlance/platform/ids";
import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { UserRecord } from "../../domain/user.js";
import { userOf, type UserRow } from "./rows.js";

export const USER_COLUMNS =
  `user, uid, name, avatar, link, role, metadata_json, public_metadata_json, tags_json, status_message, offline,
   last_active_at_ms, created_at_ms, updated_at_ms, deactivated_at_ms, version`;

export function userRow(db: SqliteConnection, app: AppId, uid: Uid): UserRow | undefined {
  return db.sql(`SELECT ${USER_COLUMNS} FROM identity_users WHERE app = ? AND uid = ?`).get<UserRow>(app, uid);
}

export function getUser(
  db: SqliteConnection, { app, uid }: { readonly app: AppId; readonly uid: Uid },
): UserRecord | undefined {
  const row = userRow(db, app, uid);
  return row && userOf(row);
}

export function getUsers(
  db: SqliteConnection, { app, uids }: { readonly app: AppId; readonly uids: readonly Uid[] },
): UserRecord[] {
  return [...new Set(uids)].flatMap((uid) => getUser(db, { app, uid }) ?? []);
}
