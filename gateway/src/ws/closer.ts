import type { Interest } from "../fanout/interest.js";
import type { Figures } from "../figures.js";
import type { Reporter } from "../presence/reporter.js";
import { NORMAL_CLOSE, endsPresence, type CloseCode } from "./close-codes.js";
import type { Frames } from "./frames.js";
import type { Outbox } from "./outbox.js";
import type { Session } from "./session.js";
import type { Wheel } from "./wheel.js";

/** A reader that does not take its last frames within this time is cut. */
const HARD_CLOSE_MS = 2_000;
const REASON_BYTES_MAX = 123;

export interface CloserParts {
  readonly frames: Frames;
  readonly interest: Interest;
  readonly outbox: Outbox;
  readonly wheel: Wheel<Session>;
  readonly reporter: Pick<Reporter, "closed">;
  readonly figures: Pick<Figures, "closed">;
  /** What its client may come back with. */
  readonly placeOf: (session: Session) => string | undefined;
  /** Forgets the session. */
  readonly forget: (session: Session) => void;
}

export interface CloseExtras {
  readonly retryAfterMs?: number;
  /** In place of what the code says. */
  readonly endsPresence?: boolean;
}

/** How sessions end: from the first moment they get nothing more; then goodbye, then the close frame, at last by force. */
export class Closer {
  readonly #parts: CloserParts;

  constructor(parts: CloserParts) {
    this.#parts = parts;
  }

  /** Sends goodbye with the code, then closes with it. A session that is going already is left alone. */
  close(session: Session, code: CloseCode, reason: string, extras: CloseExtras = {}): void {
    const reached = this.#parts.placeOf(session);
    if (!this.#withdraw(session, code, extras.endsPresence ?? endsPresence(code))) return;
    const retryAfterMs = extras.retryAfterMs ?? 0;
    const place = session.hasLostFrames ? undefined : reached;
    const goodbye = this.#parts.frames.write(
      { id: 0, body: { $case: "goodbye", value: { code, reason, retryAfterMs, place } } }, session.isJson,
    );
    session.socket?.send(goodbye, !session.isJson);
    this.#finish(session, code, retryAfterMs > 0 ? `${reason}; retryAfterMs=${retryAfterMs}` : reason);
  }

  /** The client asked for it. */
  farewell(session: Session): void {
    if (this.#withdraw(session, NORMAL_CLOSE, true)) this.#finish(session, NORMAL_CLOSE, "bye");
  }

  /** The buffer has drained: what waited for that can be closed in good order. */
  drained(session: Session): void {
    if (session.is("closing") && session.closing !== undefined && session.socket?.bufferedBytes === 0) {
      session.socket.close(session.closing.code, session.closing.reason);
    }
  }

  /** The socket is gone, whoever closed it. */
  closed(session: Session, code: number): void {
    if (session.is("closed")) return;
    if (!session.is("closing")) {
      this.#leave(session, false);
      this.#parts.figures.closed(code);
    }
    session.state = "closed";
    session.socket = undefined;
    session.pending = undefined;
    this.#parts.wheel.cancel(session);
    this.#parts.forget(session);
  }

  /** False when the session is going or gone. */
  #withdraw(session: Session, code: number, presenceEnds: boolean): boolean {
    if (session.is("closing") || session.is("closed")) return false;
    this.#leave(session, presenceEnds);
    this.#parts.figures.closed(code);
    session.state = "closing";
    this.#parts.outbox.flushOne(session);
    return true;
  }

  #leave(session: Session, presenceEnds: boolean): void {
    if (session.is("ready")) this.#parts.reporter.closed(session, presenceEnds);
    session.held = undefined;
    session.joinChanges = undefined;
    this.#parts.interest.leaveAll(session);
  }

  #finish(session: Session, code: number, reason: string): void {
    this.#parts.wheel.arm(session, HARD_CLOSE_MS);
    session.closing = { code, reason: cut(reason) };
    // A close frame behind a full buffer would free the socket's handle and keep its memory; so the buffer comes first.
    if (session.socket?.bufferedBytes === 0) session.socket.close(code, session.closing.reason);
  }
}

/** A close frame has room for 123 bytes; longer reasons are refused by the libraries. */
function cut(reason: string): string {
  return Buffer.byteLength(reason) <= REASON_BYTES_MAX ? reason : Buffer.from(reason).subarray(0, REASON_BYTES_MAX - 3).toString();
}
