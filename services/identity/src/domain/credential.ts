// Keys and tokens have at least 160 and 256 random bits, so one round of SHA-256 is enough to store them by: there is
// nothing to guess. What is stored, listed and logged is the hash and a handle made of it, never the value.

import { createHash } from "node:crypto";
import { keyId, tokenId, type KeyId, type TokenId, type Uid } from "@parlance/platform/ids";

export const KEY_BYTES = 20;
export const TOKEN_BYTES = 32;

const KEY_ID_LENGTH = 40;
const TOKEN_ID_HASH_LENGTH = 30;
const PREFIX_LENGTH = 6;

const KEY_VALUE = /^[0-9a-f]{40}$/;
const TOKEN_VALUE = /^([0-9a-z_-]{1,100}_\d{10})[0-9a-f]{64}$/;

/** SHA-256 of a credential in hex: the only form in which it is kept. */
export type CredentialHash = string & { readonly credentialHash: true };

export function hashOf(value: string): CredentialHash {
  return createHash("sha256").update(value).digest("hex") as CredentialHash;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export interface NewKey {
  readonly value: string;
  readonly hash: CredentialHash;
  readonly keyId: KeyId;
  readonly prefix: string;
}

/** An API key of 40 hex characters, from KEY_BYTES random bytes. */
export function keyFrom(bytes: Uint8Array): NewKey {
  const value = hex(bytes);
  const hash = hashOf(value);
  return { value, hash, keyId: keyIdOf(hash), prefix: value.slice(0, PREFIX_LENGTH) };
}

export function keyIdOf(hash: CredentialHash): KeyId {
  return keyId(hash.slice(0, KEY_ID_LENGTH));
}

export function isKeyValue(value: string): boolean {
  return KEY_VALUE.test(value);
}

export interface NewToken {
  readonly value: string;
  readonly hash: CredentialHash;
  readonly tokenId: TokenId;
}

/** A token `{uid}_` + seconds + 64 hex characters, from TOKEN_BYTES random bytes. */
export function tokenFrom(uid: Uid, nowMs: number, bytes: Uint8Array): NewToken {
  const seconds = String(Math.floor(nowMs / 1_000)).padStart(10, "0");
  const value = `${uid}_${seconds}${hex(bytes)}`;
  const hash = hashOf(value);
  return { value, hash, tokenId: tokenId(`${uid}_${seconds}${hash.slice(0, TOKEN_ID_HASH_LENGTH)}`) };
}

/** The handle of a token value; undefined for what cannot be one, a handle included. */
export function tokenIdOf(value: string): TokenId | undefined {
  const start = TOKEN_VALUE.exec(value)?.[1];
  return start === undefined ? undefined : tokenId(start + hashOf(value).slice(0, TOKEN_ID_HASH_LENGTH));
}

export function isTokenValue(value: string): boolean {
  return TOKEN_VALUE.test(value);
}
