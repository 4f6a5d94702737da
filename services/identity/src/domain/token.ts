import type { TokenId, Uid } from "@parlance/platform/ids";
import { TOKEN_BYTES, tokenFrom, type CredentialHash } from "./credential.js";

/** An auth token as it is stored: a session of a user on a device. */
export interface TokenRecord {
  readonly tokenId: TokenId;
  readonly hash: CredentialHash;
  readonly uid: Uid;
  /** Device it is bound to; empty for any. */
  readonly deviceId: string;
  readonly platform: string;
  readonly appInfoJson: string;
  readonly userAgent: string;
  readonly createdAtMs: number;
  /** 0 for never; kept to within minutes. */
  readonly lastUsedAtMs: number;
  /** 0 for never. */
  readonly expiresAtMs: number;
}

/** How long tokens live. */
export interface TokenLife {
  readonly nowMs: number;
  /** Life without use; 0 for unlimited. */
  readonly idleMs: number;
}

/** The last sign of life. */
export function usedAtMs(token: Pick<TokenRecord, "createdAtMs" | "lastUsedAtMs">): number {
  return Math.max(token.createdAtMs, token.lastUsedAtMs);
}

/** When the token ends by itself if nobody uses it again; Infinity for never. */
export function endsAtMs(token: Pick<TokenRecord, "createdAtMs" | "lastUsedAtMs" | "expiresAtMs">, idleMs: number): number {
  const idleEnd = idleMs === 0 ? Infinity : usedAtMs(token) + idleMs;
  return Math.min(idleEnd, token.expiresAtMs === 0 ? Infinity : token.expiresAtMs);
}

export function isExpired(token: TokenRecord, { nowMs, idleMs }: TokenLife): boolean {
  return nowMs >= endsAtMs(token, idleMs);
}

// Close codes of the sockets of a session that the server ends (chat.md 26).
export const CLOSE_EXPIRED = 4201;
export const CLOSE_REVOKED = 4202;
export const CLOSE_DEACTIVATED = 4203;
export const CLOSE_LOGGED_OUT = 4207;

export interface Device {
  readonly deviceId: string;
  readonly platform: string;
  readonly appInfoJson: string;
  readonly userAgent: string;
}

const ANY_DEVICE: Device = { deviceId: "", platform: "", appInfoJson: "", userAgent: "" };

export interface Issue {
  readonly uid: Uid;
  readonly nowMs: number;
  /** 0: until it is not used any more. */
  readonly ttlSeconds: number;
  readonly random: { bytes(length: number): Uint8Array };
  readonly device?: Device;
}

/** A new token and the value that is shown once. */
export function issueToken({ uid, nowMs, ttlSeconds, random, device = ANY_DEVICE }: Issue): {
  readonly token: TokenRecord;
  readonly value: string;
} {
  const { value, hash, tokenId } = tokenFrom(uid, nowMs, random.bytes(TOKEN_BYTES));
  const expiresAtMs = ttlSeconds === 0 ? 0 : nowMs + ttlSeconds * 1_000;
  return { value, token: { tokenId, hash, uid, ...device, createdAtMs: nowMs, lastUsedAtMs: 0, expiresAtMs } };
}
