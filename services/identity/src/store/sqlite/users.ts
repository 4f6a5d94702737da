import { insertOutbox, type LogRecord } from "@parlance/platform/eventlog";
import type { SqliteConnection, SqlValue } from "@parlance/platform/sqlite";
import type { AppId, Uid } from "@parlance/platform/ids";
import { folded } from "@parlance/platform/paging";
import type { TokenRecord } from "../../domain/token.js";
import { changedUser, deactivatedUser, isActive, type UserRecord } from "../../domain/user.js";
import { userChanged, userDeactivated, userUpdated } from "./facts.js";
import type { Deactivated, UserChange } from "../ports.js";
import { userOf } from "./rows.js";
import { index } from "./terms.js";
import { insertToken } from "./tokens.js";
import { userRow } from "./user-reads.js";

function emit(db: SqliteConnection, records: readonly LogRecord[]): void {
  for (const record of records) insertOutbox(db, "identity", record);
}

/** In the order of the statements below. */
function valuesOf(user: UserRecord): SqlValue[] {
  return [
    user.name, folded(user.name), user.avatar, user.link, user.role, user.metadataJson, user.publicMetadataJson,
    JSON.stringify(user.tags), user.statusMessage, user.online ? 0 : 1, user.lastActiveAtMs, user.createdAtMs,
    user.updatedAtMs, user.deactivatedAtMs, user.version,
  ];
}

interface NewUser {
  readonly app: AppId;
  readonly user: UserRecord;
  readonly token: TokenRecord | undefined;
}

export function addUser(db: SqliteConnection, { app, user, token }: NewUser): boolean {
  const { changes, lastInsertRowid } = db.sql(
    `INSERT INTO identity_users (app, uid, status_at_ms, name, folded_name, avatar, link, role, metadata_json,
       public_metadata_json, tags_json, status_message, offline, last_active_at_ms, created_at_ms, updated_at_ms,
       deactivated_at_ms, version)
     VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (app, uid) DO NOTHING`,
  ).run(app, user.uid, ...valuesOf(user));
  if (changes === 0) return false;
  index(db, { app, number: lastInsertRowid, before: undefined, after: user });
  if (token !== undefined) insertToken(db, app, token);
  emit(db, [userChanged(app, user, user.createdAtMs)]);
  return true;
}

function replace(db: SqliteConnection, number: number, user: UserRecord): void {
  db.sql(
    `UPDATE identity_users SET name = ?, folded_name = ?, avatar = ?, link = ?, role = ?, metadata_json = ?,
       public_metadata_json = ?, tags_json = ?, status_message = ?, offline = ?, last_active_at_ms = ?,
       created_at_ms = ?, updated_at_ms = ?, deactivated_at_ms = ?, version = ? WHERE user = ?`,
  ).run(...valuesOf(user), number);
}

export function updateUser(
  db: SqliteConnection, { app, uid, profile, atMs, origin }: UserChange & { readonly app: AppId },
): UserRecord | undefined {
  const row = userRow(db, app, uid);
  const before = row && userOf(row);
  if (before === undefined || !isActive(before)) return undefined;
  const after = changedUser(before, profile, atMs);
  if (after === before) return before;
  replace(db, row!.user, after);
  index(db, { app, number: row!.user, before, after });
  emit(db, [...userUpdated(app, after, atMs, origin), userChanged(app, after, atMs)]);
  return after;
}

interface Deactivation {
  readonly app: AppId;
  readonly uids: readonly Uid[];
  readonly atMs: number;
}

export function deactivateUsers(db: SqliteConnection, { app, uids, atMs }: Deactivation): Deactivated {
  const answer = { deactivated: [] as Uid[], alreadyDeactivated: [] as Uid[], notFound: [] as Uid[] };
  for (const uid of new Set(uids)) {
    const row = userRow(db, app, uid);
    const user = row && userOf(row);
    if (user === undefined) answer.notFound.push(uid);
    else if (!isActive(user)) answer.alreadyDeactivated.push(uid);
    else {
      const after = deactivatedUser(user, atMs);
      replace(db, row!.user, after);
      db.sql(`DELETE FROM identity_tokens WHERE app = ? AND uid = ?`).run(app, uid);
      emit(db, userDeactivated(app, after, atMs));
      answer.deactivated.push(uid);
    }
  }
  return answer;
}
