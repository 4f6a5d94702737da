import { fail } from "@parlance/platform/errors";
import type { AppId } from "@parlance/platform/ids";

/** A tenant as it is stored. */
export interface AppRecord {
  readonly appId: AppId;
  readonly name: string;
  readonly region: string;
  readonly production: boolean;
  readonly suspended: boolean;
  readonly createdAtMs: number;
  /** 0 while unchanged. */
  readonly updatedAtMs: number;
  readonly settingsHash: string;
}

const APP_ID = /^[a-z0-9]{6,32}$/;

export function isAppId(value: string): boolean {
  return APP_ID.test(value);
}

const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

/** An app id of 16 characters that are hard to misread; 32 letters, so that every byte maps without bias. */
export function appIdFrom(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 16), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

/** The app comes from the credential; `named` is what the caller says besides, empty for nothing (chat.md 2.2). */
export function assertAppUsable(app: AppRecord, named: string): void {
  if (named !== "" && named !== app.appId) throw fail("AUTH_ERR_INVALID_APPID");
  if (app.suspended) throw fail("ERR_SUBSCRIPTION_EXPIRED");
}
