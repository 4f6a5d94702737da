import { appId, keyId, roleId, tokenId, uid } from "@parlance/platform/ids";
import type { ApiKeyRecord } from "../../domain/api-key.js";
import type { AppRecord } from "../../domain/app.js";
import type { CredentialHash } from "../../domain/credential.js";
import type { TokenRecord } from "../../domain/token.js";
import type { UserRecord } from "../../domain/user.js";

export interface AppRow {
  readonly app: string;
  readonly name: string;
  readonly region: string;
  readonly production: number;
  readonly suspended: number;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly settings_hash: string;
}

export function appOf(row: AppRow): AppRecord {
  return {
    appId: appId(row.app),
    name: row.name,
    region: row.region,
    production: row.production === 1,
    suspended: row.suspended === 1,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    settingsHash: row.settings_hash,
  };
}

export interface KeyRow {
  readonly hash: string;
  readonly key_id: string;
  readonly name: string;
  readonly full_access: number;
  readonly prefix: string;
  readonly created_at_ms: number;
}

export function keyOf(row: KeyRow): ApiKeyRecord {
  return {
    keyId: keyId(row.key_id),
    hash: row.hash as CredentialHash,
    name: row.name,
    fullAccess: row.full_access === 1,
    prefix: row.prefix,
    createdAtMs: row.created_at_ms,
  };
}

export interface UserRow {
  readonly user: number;
  readonly uid: string;
  readonly name: string;
  readonly avatar: string;
  readonly link: string;
  readonly role: string;
  readonly metadata_json: string;
  readonly public_metadata_json: string;
  readonly tags_json: string;
  readonly status_message: string;
  readonly offline: number;
  readonly last_active_at_ms: number;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly deactivated_at_ms: number;
  readonly version: number;
}

export function userOf(row: UserRow): UserRecord {
  return {
    uid: uid(row.uid),
    name: row.name,
    avatar: row.avatar,
    link: row.link,
    role: roleId(row.role),
    metadataJson: row.metadata_json,
    publicMetadataJson: row.public_metadata_json,
    tags: JSON.parse(row.tags_json) as string[],
    statusMessage: row.status_message,
    online: row.offline === 0,
    lastActiveAtMs: row.last_active_at_ms,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    deactivatedAtMs: row.deactivated_at_ms,
    version: row.version,
  };
}

export interface TokenRow {
  readonly token: number;
  readonly hash: string;
  readonly app: string;
  readonly uid: string;
  readonly token_id: string;
  readonly device_id: string;
  readonly platform: string;
  readonly app_info_json: string;
  readonly user_agent: string;
  readonly created_at_ms: number;
  readonly last_used_at_ms: number;
  readonly expires_at_ms: number;
}

export function tokenOf(row: TokenRow): TokenRecord {
  return {
    tokenId: tokenId(row.token_id),
    hash: row.hash as CredentialHash,
    uid: uid(row.uid),
    deviceId: row.device_id,
    platform: row.platform,
    appInfoJson: row.app_info_json,
    userAgent: row.user_agent,
    createdAtMs: row.created_at_ms,
    lastUsedAtMs: row.last_used_at_ms,
    expiresAtMs: row.expires_at_ms,
  };
}
