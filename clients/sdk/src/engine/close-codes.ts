// Why a socket closed decides what comes next (chat.md 26.8).

import { CloseCode } from "@parlance/proto/gateway/v1/frame";
import { failure, type ParlanceException } from "../errors.js";

export type Family = "resume" | "fresh" | "stop";

const STOP: ReadonlySet<number> = new Set([1000, 1002, 1003, 1007, 1008, 1009]);

/** Every code that nobody listed counts as resume. */
export function familyOf(code: number): Family {
  if (STOP.has(code) || (code >= 4200 && code <= 4299)) return "stop";
  return code >= 4100 && code <= 4199 ? "fresh" : "resume";
}

/** The local copy is void: cursors are dropped before the next attempt. */
export function dropsCursors(code: number): boolean {
  return code === CloseCode.RESUME_IMPOSSIBLE || code === CloseCode.BAD_STATE;
}

/** The server ended the session, not only the connection. */
export function endsSession(code: number): boolean {
  return code >= CloseCode.AUTHENTICATION_FAILED && code <= CloseCode.USER_DEACTIVATED;
}

/** A wave of sockets closes with these at once; the first wait spreads them. */
export function comesInWaves(code: number): boolean {
  return code === CloseCode.DRAINING || code === 1012;
}

/** What the app is told. */
export function exceptionOf(code: number, reason: string): ParlanceException {
  const params = { closeCode: String(code) };
  const init = reason === "" ? { params } : { params, message: reason };
  switch (code) {
    case CloseCode.AUTHENTICATION_FAILED: return failure("WS_AUTH_FAIL", init);
    case CloseCode.TOKEN_EXPIRED: return failure("AUTH_ERR_AUTH_TOKEN_EXPIRED", init);
    case CloseCode.TOKEN_REVOKED: return failure("AUTH_ERR_AUTH_TOKEN_NOT_FOUND", init);
    case CloseCode.USER_DEACTIVATED: return failure("ERR_UID_NOT_FOUND", init);
    case CloseCode.APP_SUSPENDED: return failure("ERR_SUBSCRIPTION_EXPIRED", init);
    default: return failure("WS_CONNECTION_FAIL", { ...init, retryable: familyOf(code) !== "stop" });
  }
}

/** A wait that the server put into a close reason. */
export function retryAfterOf(reason: string): number {
  return Number(/retryAfterMs["=:\s]+(\d+)/.exec(reason)?.[1] ?? 0);
}
