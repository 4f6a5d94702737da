import { insertOutbox } from "@parlance/platform/eventlog";
import type { SqliteConnection } from "@parlance/platform/sqlite";
import { appId, type AppId, type Uid } from "@parlance/platform/ids";
import type { CredentialHash } from "../../domain/credential.js";
import { CLOSE_EXPIRED, CLOSE_REVOKED, endsAtMs, isExpired, usedAtMs, type TokenRecord } from "../../domain/token.js";
import { isActive } from "../../domain/user.js";
import { tokenEnded, tokensRevoked } from "./facts.js";
import type { FoundToken, TokenPage, TokenRemoval, TokenRules, TokenUse } from "../ports.js";
import { getApp } from "./apps.js";
import { tokenOf, type TokenRow } from "./rows.js";
import { getUser } from "./user-reads.js";

const COLUMNS =
  `token, hash, app, uid, token_id, device_id, platform, app_info_json, user_agent, created_at_ms, last_used_at_ms,
   expires_at_ms`;

/** So long a token that has ended is still told from one that never was. */
const ENDED_KEPT_MS = 30 * 86_400_000;

export function insertToken(db: SqliteConnection, app: AppId, token: TokenRecord): void {
  db.sql(
    `INSERT INTO identity_tokens (hash, app, uid, token_id, device_id, platform, app_info_json, user_agent,
       created_at_ms, last_used_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    token.hash, app, token.uid, token.tokenId, token.deviceId, token.platform, token.appInfoJson, token.userAgent,
    token.createdAtMs, token.lastUsedAtMs, token.expiresAtMs,
  );
}

function tokensOf(db: SqliteConnection, app: AppId, uid: Uid): TokenRecord[] {
  const rows = db.sql(
    `SELECT ${COLUMNS} FROM identity_tokens WHERE app = ? AND uid = ? ORDER BY created_at_ms DESC, token DESC`,
  ).all<TokenRow>(app, uid);
  return rows.map(tokenOf);
}

function drop(db: SqliteConnection, app: AppId, token: TokenRecord): void {
  db.sql(`DELETE FROM identity_tokens WHERE app = ? AND token_id = ?`).run(app, token.tokenId);
}

interface NewToken {
  readonly app: AppId;
  readonly token: TokenRecord;
  readonly rules: TokenRules;
}

export function addToken(db: SqliteConnection, { app, token, rules }: NewToken): boolean {
  const user = getUser(db, { app, uid: token.uid });
  if (user === undefined || !isActive(user)) return false;
  makeRoom(db, { app, token, rules });
  insertToken(db, app, token);
  return true;
}

function makeRoom(db: SqliteConnection, { app, token: { uid }, rules }: NewToken): void {
  const { nowMs, idleMs, liveMax } = rules;
  const live: TokenRecord[] = [];
  for (const token of tokensOf(db, app, uid)) {
    if (!isExpired(token, rules)) live.push(token);
    else if (endsAtMs(token, idleMs) + ENDED_KEPT_MS < nowMs) drop(db, app, token);
  }
  const longestUnused = live.toReversed().sort((one, other) => usedAtMs(one) - usedAtMs(other));
  for (const token of longestUnused.slice(0, Math.max(0, live.length - liveMax + 1))) {
    drop(db, app, token);
    insertOutbox(db, "identity", tokenEnded(app, { token, closeCode: CLOSE_REVOKED, atMs: nowMs }));
  }
}

export function listTokens(
  db: SqliteConnection, { app, page }: { readonly app: AppId; readonly page: TokenPage },
): { tokens: TokenRecord[]; total: number } {
  const live = tokensOf(db, app, page.uid).filter((token) => !isExpired(token, page));
  return { tokens: live.slice(page.offset, page.offset + page.limit), total: live.length };
}

export function removeToken(
  db: SqliteConnection, { app, removal }: { readonly app: AppId; readonly removal: TokenRemoval },
): "removed" | "foreign" | "unknown" {
  const { uid, ids, closeCode, atMs } = removal;
  const find = db.sql(`SELECT ${COLUMNS} FROM identity_tokens WHERE app = ? AND token_id = ?`);
  const row = ids.map((id) => find.get<TokenRow>(app, id)).find((found) => found !== undefined);
  if (row === undefined) return "unknown";
  const token = tokenOf(row);
  if (token.uid !== uid) return "foreign";
  drop(db, app, token);
  insertOutbox(db, "identity", tokenEnded(app, { token, closeCode, atMs }));
  return "removed";
}

interface RemovalOfAll {
  readonly app: AppId;
  readonly uid: Uid;
  readonly atMs: number;
}

export function removeTokens(db: SqliteConnection, { app, uid, atMs }: RemovalOfAll): void {
  const tokenIds = tokensOf(db, app, uid).map((token) => token.tokenId);
  if (tokenIds.length === 0) return;
  db.sql(`DELETE FROM identity_tokens WHERE app = ? AND uid = ?`).run(app, uid);
  // The version names the event; caches need not hear of it.
  db.sql(`UPDATE identity_users SET version = version + 1 WHERE app = ? AND uid = ?`).run(app, uid);
  insertOutbox(db, "identity", tokensRevoked(app, getUser(db, { app, uid })!, tokenIds, atMs));
}

export function findToken(db: SqliteConnection, { hash }: { readonly hash: CredentialHash }): FoundToken | undefined {
  const row = db.sql(`SELECT ${COLUMNS} FROM identity_tokens WHERE hash = ?`).get<TokenRow>(hash);
  if (row === undefined) return undefined;
  const token = tokenOf(row);
  const app = getApp(db, { app: appId(row.app) });
  const user = getUser(db, { app: appId(row.app), uid: token.uid });
  return app && user && { app, user, token };
}

export function touchTokens(
  db: SqliteConnection, { app, uses }: { readonly app: AppId; readonly uses: readonly TokenUse[] },
): void {
  const touch = db.sql(
    `UPDATE identity_tokens SET last_used_at_ms = ? WHERE app = ? AND token_id = ? AND last_used_at_ms < ?`,
  );
  for (const use of uses) touch.run(use.atMs, app, use.tokenId, use.atMs);
}

export function endExpired(
  db: SqliteConnection, { atMs, limit }: { readonly atMs: number; readonly limit: number },
): number {
  const rows = db.sql(
    `SELECT ${COLUMNS} FROM identity_tokens WHERE expires_at_ms > 0 AND ended = 0 AND expires_at_ms <= ?
     ORDER BY expires_at_ms LIMIT ?`,
  ).all<TokenRow>(atMs, limit);
  for (const row of rows) {
    db.sql(`UPDATE identity_tokens SET ended = 1 WHERE token = ?`).run(row.token);
    const ended = { token: tokenOf(row), closeCode: CLOSE_EXPIRED, atMs: row.expires_at_ms };
    insertOutbox(db, "identity", tokenEnded(appId(row.app), ended));
  }
  return rows.length;
}
