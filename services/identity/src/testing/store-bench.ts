// What the contract suites need of an adapter, and records to store.

import type { LogRecord } from "@parlance/platform/eventlog";
import { appId, roleId, uid } from "@parlance/platform/ids";
import { afterEach, beforeEach } from "vitest";
import type { ApiKeyRecord } from "../domain/api-key.js";
import type { AppRecord } from "../domain/app.js";
import { keyFrom } from "../domain/credential.js";
import { issueToken, type TokenRecord } from "../domain/token.js";
import { newUser, type Profile, type UserRecord } from "../domain/user.js";
import type { IdentityStores } from "../store/ports.js";

export interface StoreBench extends IdentityStores {
  /** Facts that wait to be published, which are then forgotten. */
  facts(): Promise<readonly LogRecord[]>;
  close(): Promise<void>;
}

export type OpenStores = () => Promise<StoreBench>;

export function withStores(open: OpenStores): () => StoreBench {
  let stores: StoreBench;
  beforeEach(async () => {
    stores = await open();
  });
  afterEach(() => stores.close());
  return () => stores;
}

export const ACME = appId("acmechat");
export const OTHER = appId("othrchat");
export const ALICE = uid("alice");
export const BOB = uid("bob");

export function anApp(id: string, fields: Partial<AppRecord> = {}): AppRecord {
  return {
    appId: appId(id), name: id, region: "local", production: false, suspended: false, createdAtMs: 1_000, updatedAtMs: 0,
    settingsHash: "hash", ...fields,
  };
}

export function aKey(seed: number, fields: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  const { hash, keyId, prefix } = keyFrom(new Uint8Array(20).fill(seed));
  return { keyId, hash, prefix, name: `key ${seed}`, fullAccess: true, createdAtMs: seed, ...fields };
}

export function aUser(who: string, fields: Partial<Profile> = {}, atMs = 1_000): UserRecord {
  const profile = {
    name: who, avatar: "", link: "", role: roleId("default"), metadataJson: "", tags: [], statusMessage: "", ...fields,
  };
  return newUser(uid(who), profile, atMs);
}

export function aToken(who: string, seed: number, fields: Partial<TokenRecord> = {}): TokenRecord {
  const random = { bytes: (length: number) => new Uint8Array(length).fill(seed) };
  const { token } = issueToken({ uid: uid(who), nowMs: seed * 1_000, ttlSeconds: 0, random });
  return { ...token, ...fields };
}
