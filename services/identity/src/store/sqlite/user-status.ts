// A status is as old as presence says (`status_at_ms`), and older news change nothing. When presence has started anew, users
// who were online before are set offline, and an `online` of before that may come yet counts as offline.

import type { AppId, Uid } from "@parlance/platform/ids";
import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { SeenStatus } from "../ports.js";

interface UserStatus {
  readonly app: AppId;
  readonly uid: Uid;
  readonly status: SeenStatus;
}

export function setStatus(db: SqliteConnection, { app, uid, status }: UserStatus): void {
  const offline = status.online && status.atMs >= resetAtMs(db) ? 0 : 1;
  db.sql(
    `UPDATE identity_users SET offline = ?, last_active_at_ms = max(last_active_at_ms, ?), status_at_ms = ?
     WHERE app = ? AND uid = ? AND status_at_ms <= ? AND (deactivated_at_ms = 0 OR ? = 1)`,
  ).run(offline, status.lastActiveAtMs, status.atMs, app, uid, status.atMs, offline);
}

function resetAtMs(db: SqliteConnection): number {
  return db.sql("SELECT at_ms FROM identity_presence_resets").get<{ at_ms: number }>()?.at_ms ?? 0;
}

export const ONLINE_BEFORE =
  `SELECT user FROM identity_users WHERE app IN (SELECT app FROM identity_apps) AND offline = 0 AND status_at_ms < ? LIMIT ?`;

export function resetStatuses(db: SqliteConnection, { atMs, limit }: { readonly atMs: number; readonly limit: number }): number {
  db.sql(
    `INSERT INTO identity_presence_resets (one, at_ms) VALUES (1, ?)
     ON CONFLICT (one) DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)`,
  ).run(atMs);
  return db.sql(
    `UPDATE identity_users SET offline = 1, status_at_ms = ?,
       last_active_at_ms = CASE last_active_at_ms WHEN 0 THEN ? ELSE last_active_at_ms END
     WHERE user IN (${ONLINE_BEFORE})`,
  ).run(atMs, atMs, atMs, limit).changes;
}
