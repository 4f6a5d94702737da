import type { SqliteConnection } from "@parlance/platform/sqlite";
import type { AppId, KeyId } from "@parlance/platform/ids";
import { folded } from "@parlance/platform/paging";
import type { ApiKeyRecord } from "../../domain/api-key.js";
import type { AppRecord } from "../../domain/app.js";
import type { CredentialHash } from "../../domain/credential.js";
import type { AppQuery } from "../ports.js";
import { appOf, keyOf, type AppRow, type KeyRow } from "./rows.js";
import { endOfPrefix } from "./terms.js";

const APP_COLUMNS = "app, name, region, production, suspended, created_at_ms, updated_at_ms, settings_hash";
const KEY_COLUMNS = "hash, key_id, name, full_access, prefix, created_at_ms";

export function addApp(
  db: SqliteConnection, { app, keys }: { readonly app: AppRecord; readonly keys: readonly ApiKeyRecord[] },
): boolean {
  const { changes } = db.sql(
    `INSERT INTO identity_apps (app, name, folded_name, region, production, suspended, created_at_ms, updated_at_ms,
       settings_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (app) DO NOTHING`,
  ).run(
    app.appId, app.name, folded(app.name), app.region, app.production ? 1 : 0, app.suspended ? 1 : 0, app.createdAtMs,
    app.updatedAtMs, app.settingsHash,
  );
  if (changes === 0) return false;
  for (const key of keys) insertKey(db, app.appId, key);
  return true;
}

export function getApp(db: SqliteConnection, { app }: { readonly app: AppId }): AppRecord | undefined {
  const row = db.sql(`SELECT ${APP_COLUMNS} FROM identity_apps WHERE app = ?`).get<AppRow>(app);
  return row && appOf(row);
}

export function listApps(db: SqliteConnection, { searchKey, after, limit }: AppQuery): AppRecord[] {
  const end = endOfPrefix(searchKey);
  const rows = db.sql(
    `SELECT ${APP_COLUMNS} FROM identity_apps
     WHERE (created_at_ms, app) > (?, ?) AND ((app >= ? AND app < ?) OR (folded_name >= ? AND folded_name < ?))
     ORDER BY created_at_ms, app LIMIT ?`,
  ).all<AppRow>(after?.createdAtMs ?? -1, after?.appId ?? "", searchKey, end, searchKey, end, limit);
  return rows.map(appOf);
}

function insertKey(db: SqliteConnection, app: AppId, key: ApiKeyRecord): void {
  db.sql(`INSERT INTO identity_keys (app, ${KEY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`)
    .run(app, key.hash, key.keyId, key.name, key.fullAccess ? 1 : 0, key.prefix, key.createdAtMs);
}

interface NewKey {
  readonly app: AppId;
  readonly key: ApiKeyRecord;
  readonly keysMax: number;
}

export function addKey(db: SqliteConnection, { app, key, keysMax }: NewKey): boolean {
  const { n } = db.sql(`SELECT count(*) AS n FROM identity_keys WHERE app = ?`).get<{ n: number }>(app)!;
  if (n >= keysMax) return false;
  insertKey(db, app, key);
  return true;
}

export function listKeys(db: SqliteConnection, { app }: { readonly app: AppId }): ApiKeyRecord[] {
  return db.sql(`SELECT ${KEY_COLUMNS} FROM identity_keys WHERE app = ? ORDER BY created_at_ms, key_id`)
    .all<KeyRow>(app).map(keyOf);
}

export function removeKey(
  db: SqliteConnection, { app, ids }: { readonly app: AppId; readonly ids: readonly KeyId[] },
): boolean {
  const remove = db.sql(`DELETE FROM identity_keys WHERE app = ? AND key_id = ?`);
  return ids.some((id) => remove.run(app, id).changes > 0);
}

export function findKey(
  db: SqliteConnection, { hash }: { readonly hash: CredentialHash },
): { app: AppRecord; key: ApiKeyRecord } | undefined {
  const row = db.sql(`SELECT app, ${KEY_COLUMNS} FROM identity_keys WHERE hash = ?`).get<KeyRow & { app: AppId }>(hash);
  const app = row && getApp(db, row);
  return app && { app, key: keyOf(row) };
}
