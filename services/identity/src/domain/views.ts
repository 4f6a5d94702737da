// Records as the messages of the contract. Every field is named, so that a new column is not shown until somebody
// says so here (S18).

import {
  AppState, Environment, KeyScope, UserStatus, type ApiKey, type App, type AuthToken, type User,
} from "@parlance/proto/identity/v1/identity";
import type { ApiKeyRecord } from "./api-key.js";
import type { AppRecord } from "./app.js";
import type { TokenRecord } from "./token.js";
import type { UserRecord } from "./user.js";

export function toApp(app: AppRecord): App {
  return {
    appId: app.appId,
    name: app.name,
    region: app.region,
    environment: app.production ? Environment.PRODUCTION : Environment.DEVELOPMENT,
    state: app.suspended ? AppState.SUSPENDED : AppState.ACTIVE,
    createdAtMs: app.createdAtMs,
    updatedAtMs: app.updatedAtMs,
    settingsHash: app.settingsHash,
  };
}

export function toScope(key: Pick<ApiKeyRecord, "fullAccess">): KeyScope {
  return key.fullAccess ? KeyScope.FULL_ACCESS : KeyScope.AUTH_ONLY;
}

/** `value` only in the answer that creates the key. */
export function toApiKey(key: ApiKeyRecord, value = ""): ApiKey {
  return {
    keyId: key.keyId, value, name: key.name, scope: toScope(key), createdAtMs: key.createdAtMs, prefix: key.prefix,
  };
}

export interface UserView {
  /** The `@private` part of metadata too: for the user and the server. */
  readonly withPrivate?: boolean;
  readonly withTags?: boolean;
}

export function toUser(user: UserRecord, { withPrivate = false, withTags = false }: UserView = {}): User {
  return {
    uid: user.uid,
    name: user.name,
    avatar: user.avatar,
    link: user.link,
    role: user.role,
    metadataJson: withPrivate ? user.metadataJson : user.publicMetadataJson,
    tags: withTags ? [...user.tags] : [],
    statusMessage: user.statusMessage,
    status: user.online ? UserStatus.ONLINE : UserStatus.OFFLINE,
    lastActiveAtMs: user.lastActiveAtMs,
    createdAtMs: user.createdAtMs,
    updatedAtMs: user.updatedAtMs,
    deactivatedAtMs: user.deactivatedAtMs,
    blockedByMe: false,
    hasBlockedMe: false,
  };
}

/** `value` only in the answer that creates the token. */
export function toAuthToken(token: TokenRecord, { value = "", current = false } = {}): AuthToken {
  return {
    tokenId: token.tokenId,
    value,
    uid: token.uid,
    deviceId: token.deviceId,
    platform: token.platform,
    appInfoJson: token.appInfoJson,
    userAgent: token.userAgent,
    createdAtMs: token.createdAtMs,
    lastUsedAtMs: token.lastUsedAtMs,
    expiresAtMs: token.expiresAtMs,
    current,
  };
}
