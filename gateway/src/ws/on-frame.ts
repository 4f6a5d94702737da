import { fail } from "@parlance/platform/errors";
import type { ClientFrame } from "@parlance/proto/gateway/v1/frame";
import { answerError, onCall } from "./call.js";
import { CloseCode } from "./close-codes.js";
import { judgeFrame, retryAfterMs } from "./frame-rate.js";
import { onBackground, onForeground, onPing } from "./heartbeat.js";
import { onHello } from "./hello.js";
import type { GatewayParts } from "./parts.js";
import type { Session } from "./session.js";
import { onTransient, onTyping } from "./signals.js";

/** So many frames in a row that cannot be read, and the client is no client of ours. */
const BAD_FRAMES_MAX = 10;

/** Takes one frame of a socket. Whatever it holds, the outcome is an answer or a close code. */
export function onFrame(parts: GatewayParts, session: Session, bytes: Uint8Array, isBinary: boolean): void {
  parts.figures.framesIn();
  switch (session.state) {
    case "fresh": return onFirstFrame(parts, session, bytes, isBinary);
    case "joining": return parts.closer.close(session, CloseCode.BAD_HELLO, "a frame came before welcome");
    case "ready": return onLaterFrame(parts, session, bytes, isBinary);
    case "closing":
    case "closed": return undefined;
  }
}

function onFirstFrame(parts: GatewayParts, session: Session, bytes: Uint8Array, isBinary: boolean): void {
  const read = isBinary === session.isJson ? undefined : parts.frames.read(bytes, session.isJson);
  if (read?.error !== undefined) return parts.closer.close(session, CloseCode.BAD_HELLO, read.error.message);
  if (read?.frame.body?.$case !== "hello") return parts.closer.close(session, CloseCode.BAD_HELLO, "the first frame must be hello");
  onHello(parts, session, read.frame.id, read.frame.body.value);
}

function onLaterFrame(parts: GatewayParts, session: Session, bytes: Uint8Array, isBinary: boolean): void {
  if (isBinary === session.isJson) {
    return parts.closer.close(session, CloseCode.POLICY_VIOLATION, session.isJson ? "frames are text" : "frames are binary");
  }
  const verdict = judgeFrame(session, parts.clock.monotonic(), parts.config);
  if (verdict === "close") {
    return parts.closer.close(session, CloseCode.RATE_EXCEEDED, "too many frames", { retryAfterMs: retryAfterMs(session, parts.config) });
  }
  const read = parts.frames.read(bytes, session.isJson);
  if (read.error !== undefined) return onBadFrame(parts, session, read.id, read.error);
  session.badFrames = 0;
  if (verdict === "pass") return dispatch(parts, session, read.frame);
  parts.figures.refused("frames");
  const waitMs = retryAfterMs(session, parts.config);
  answerError(parts, session, read.frame.id, fail("ERR_TOO_MANY_REQUESTS", undefined, { retryAfterMs: waitMs }));
}

function onBadFrame(parts: GatewayParts, session: Session, id: number, error: Error): void {
  session.badFrames += 1;
  parts.figures.refused("malformed");
  if (session.badFrames > BAD_FRAMES_MAX) return parts.closer.close(session, CloseCode.POLICY_VIOLATION, "too many frames that cannot be read");
  answerError(parts, session, id, error);
}

function dispatch(parts: GatewayParts, session: Session, { id, body }: ClientFrame): void {
  switch (body?.$case) {
    case "call": return onCall(parts, session, id, body.value);
    case "typing": return onTyping(parts, session, body.value);
    case "transient": return onTransient(parts, session, body.value);
    case "ping": return onPing(parts, session, id);
    case "background": return onBackground(parts, session);
    case "foreground": return onForeground(parts, session);
    case "bye": return parts.closer.farewell(session);
    case "hello": return parts.closer.close(session, CloseCode.BAD_STATE, "hello came twice");
    case undefined: return undefined;
  }
}
