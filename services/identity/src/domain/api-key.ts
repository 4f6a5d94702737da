import type { KeyId } from "@parlance/platform/ids";
import type { AppRecord } from "./app.js";
import type { CredentialHash } from "./credential.js";

/** An API key as it is stored. */
export interface ApiKeyRecord {
  readonly keyId: KeyId;
  readonly hash: CredentialHash;
  readonly name: string;
  /** Everything of the app; else only users and their tokens. */
  readonly fullAccess: boolean;
  /** First characters of the value, for people to tell keys apart. */
  readonly prefix: string;
  readonly createdAtMs: number;
}

/** The auth key is for development: it lives in client code (chat.md 2.6). */
export function isKeyUsable(key: Pick<ApiKeyRecord, "fullAccess">, app: Pick<AppRecord, "production">): boolean {
  return key.fullAccess || !app.production;
}
