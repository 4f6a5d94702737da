import { decodeToken, encodeToken } from "@parlance/platform/paging";
import type { SyncPoint } from "../store/ports.js";

/** Opaque to clients: the store's epoch and how far the user's own state was told. */
export function syncToken(epoch: string, point: SyncPoint): string {
  return encodeToken([epoch, point]);
}

/** Undefined for a token of another life of the store. Throws ERR_BAD_REQUEST for one that was not made here. */
export function readSyncToken(token: string, epoch: string): SyncPoint | undefined {
  const [of, point] = decodeToken(token);
  return of === epoch && typeof point === "string" ? (point as SyncPoint) : undefined;
}
