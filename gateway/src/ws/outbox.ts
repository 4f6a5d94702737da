import type { Session } from "./session.js";
import type { SendOutcome, TransportSocket } from "./transport.js";

export interface OutboxOptions {
  readonly bufferBytesMax: number;
  /** Asks for `flush` at the end of this tick. */
  readonly request: () => void;
  readonly tooSlow: (session: Session) => void;
  readonly onFrames: (count: number) => void;
}

/** Frames on their way to sockets: all that a tick brings one socket leaves together, in order. */
export class Outbox {
  readonly #options: OutboxOptions;
  #dirty: Session[] = [];

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  add(session: Session, frame: Uint8Array): void {
    if (session.pending !== undefined) {
      session.pending.push(frame);
      return;
    }
    session.pending = [frame];
    this.#dirty.push(session);
    this.#options.request();
  }

  flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const session of dirty) this.flushOne(session);
  }

  /** Before a close: what was promised to the socket goes out first. */
  flushOne(session: Session): void {
    const frames = session.pending;
    session.pending = undefined;
    const socket = session.socket;
    if (frames === undefined || socket === undefined || session.state === "closed") return;
    // Judged by what earlier ticks left behind: one large answer makes nobody a slow reader (CU2).
    const isBehind = socket.bufferedBytes > this.#options.bufferBytesMax;
    const outcome = sendAll(socket, frames, !session.isJson);
    this.#options.onFrames(frames.length);
    if (outcome === "dropped") session.hasLostFrames = true;
    if (isBehind || outcome === "dropped") this.#options.tooSlow(session);
  }
}

function sendAll(socket: TransportSocket, frames: readonly Uint8Array[], isBinary: boolean): SendOutcome {
  const first = frames[0];
  if (first !== undefined && frames.length === 1) return socket.send(first, isBinary);
  let dropped = false;
  socket.cork(() => {
    // After a frame that found no room none may follow: it would look as if nothing were missing.
    for (const frame of frames) dropped ||= socket.send(frame, isBinary) === "dropped";
  });
  return dropped ? "dropped" : "buffered";
}
