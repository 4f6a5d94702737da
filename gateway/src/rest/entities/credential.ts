import { AppState, Environment, KeyScope, type ApiKey, type App, type AuthToken } from "@parlance/proto/identity/v1/identity";
import type { JsonObject } from "../input/json-body.js";
import {
  BOOL, FREE, SECONDS, STRING, arrayOf, entity, objectOf, oneOf, present, refTo, secondsOf, textOf,
} from "./values.js";

/** rest.md 3.1. A value is shown where there is one, in the answer that makes it; later the handle stands in its place. */
export function apiKeyEntity(key: ApiKey): JsonObject {
  return present({
    apiKey: key.value === "" ? key.keyId : key.value,
    name: key.name,
    scope: key.scope === KeyScope.FULL_ACCESS ? "fullAccess" : "authOnly",
    createdAt: secondsOf(key.createdAtMs),
    prefix: textOf(key.prefix),
  });
}

export const apiKeySchema = entity(
  { apiKey: STRING, name: STRING, scope: oneOf("authOnly", "fullAccess"), createdAt: SECONDS, prefix: STRING },
  ["apiKey", "name", "scope", "createdAt"],
);

export function authTokenEntity(token: AuthToken): JsonObject {
  return present({
    uid: token.uid,
    authToken: token.value === "" ? token.tokenId : token.value,
    tokenId: token.tokenId,
    createdAt: secondsOf(token.createdAtMs),
    platform: textOf(token.platform),
    userAgent: textOf(token.userAgent),
    appInfo: objectOf(token.appInfoJson),
    deviceId: textOf(token.deviceId),
    current: token.current ? true : undefined,
    lastUsedAt: secondsOf(token.lastUsedAtMs),
    expiresAt: secondsOf(token.expiresAtMs),
  });
}

export const authTokenSchema = entity({
  uid: STRING, authToken: STRING, tokenId: STRING, createdAt: SECONDS, platform: STRING, userAgent: STRING, appInfo: FREE,
  deviceId: STRING, current: BOOL, lastUsedAt: SECONDS, expiresAt: SECONDS,
}, ["uid", "authToken", "createdAt"]);

export function appEntity(app: App, apiKeys?: readonly ApiKey[]): JsonObject {
  return present({
    id: app.appId,
    name: app.name,
    environment: app.environment === Environment.PRODUCTION ? "production" : "development",
    region: app.region,
    version: "3",
    state: app.state === AppState.SUSPENDED ? "suspended" : "active",
    createdAt: secondsOf(app.createdAtMs),
    updatedAt: secondsOf(app.updatedAtMs),
    apiKeys: apiKeys?.map(apiKeyEntity),
  });
}

export const appSchema = entity({
  id: STRING, name: STRING, environment: oneOf("development", "production"), region: STRING, version: oneOf("3"),
  state: oneOf("active", "suspended", "deleting"), createdAt: SECONDS, updatedAt: SECONDS, apiKeys: arrayOf(refTo("ApiKey")),
}, ["id", "name", "environment", "region", "version", "state", "createdAt"]);
