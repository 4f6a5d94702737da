// Manual mode (chat.md 26.3): a client in the background lives for its grace after the last ping. The gateway owns the timer,
// because the operating system may freeze the app. Whether the connection itself lives is the transport's own affair.

import { CloseCode } from "./close-codes.js";
import type { GatewayParts } from "./parts.js";
import { DEFAULT_GRACE_MS, type Session } from "./session.js";

type Parts = Pick<GatewayParts, "wheel" | "frames" | "outbox" | "closer" | "clock" | "places">;

const GRACE_MIN_MS = 5_000;
const GRACE_MAX_MS = 600_000;

/** The grace asked for in hello; undefined when it may not be had. */
export function graceOf(askedMs: number): number | undefined {
  if (askedMs === 0) return DEFAULT_GRACE_MS;
  return askedMs >= GRACE_MIN_MS && askedMs <= GRACE_MAX_MS ? askedMs : undefined;
}

export function onBackground(parts: Pick<Parts, "wheel">, session: Session): void {
  session.inBackground = true;
  parts.wheel.arm(session, session.graceMs);
}

export function onForeground(parts: Pick<Parts, "wheel">, session: Session): void {
  session.inBackground = false;
  parts.wheel.cancel(session);
}

export function onPing(parts: Pick<Parts, "wheel" | "frames" | "outbox" | "places">, session: Session, id: number): void {
  if (session.inBackground) parts.wheel.arm(session, session.graceMs);
  parts.outbox.add(session, parts.frames.write({ id, body: { $case: "pong", value: { place: parts.places.of(session) } } }, session.isJson));
}

/** A deadline of the wheel has come; which one, the state tells. */
export function onDue(parts: Pick<Parts, "closer">, session: Session): void {
  switch (session.state) {
    case "fresh": return parts.closer.close(session, CloseCode.BAD_HELLO, "no hello came");
    case "ready": return parts.closer.close(session, CloseCode.BACKGROUND_TIMEOUT, "no ping came from the background");
    case "closing": return session.socket?.terminate();
    case "joining":
    case "closed": return undefined;
  }
}

/** Sends away the sockets whose time is over: their token expired, or they reached the greatest age (CU6). */
export function closeExpired(parts: Pick<Parts, "closer" | "clock">, sessions: Iterable<Session>): void {
  const now = parts.clock.now();
  for (const session of sessions) {
    if (!session.is("ready") || session.endsAtMs > now) continue;
    if (session.endsWithToken) parts.closer.close(session, CloseCode.TOKEN_EXPIRED, "the auth token expired");
    else parts.closer.close(session, CloseCode.MAXIMUM_LIFE, "the socket reached its greatest age");
  }
}
