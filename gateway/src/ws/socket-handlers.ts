import type { Admission } from "./admission.js";
import { CloseCode } from "./close-codes.js";
import { onFrame } from "./on-frame.js";
import type { GatewayParts } from "./parts.js";
import { Session } from "./session.js";
import type { Sessions } from "./sessions.js";
import type { SocketHandlers, TransportSocket } from "./transport.js";

const HELLO_MS = 5_000;

/** What the transport does with sockets, in terms of sessions. */
export function socketHandlers(parts: GatewayParts, sessions: Sessions, admission: Admission): SocketHandlers {
  return {
    admit: (request) => admission.admit(request),
    opened: (socket) => {
      const session = sessionOf(socket);
      session.socket = socket;
      sessions.add(session);
      if (session.retryAfterMs > 0) {
        parts.closer.close(session, CloseCode.OVERLOADED, "no room for another connection now", { retryAfterMs: session.retryAfterMs });
      } else {
        parts.wheel.arm(session, HELLO_MS);
      }
    },
    message: (socket, bytes, isBinary) => {
      const session = sessionOf(socket);
      try {
        onFrame(parts, session, bytes, isBinary);
      } catch (error) {
        // A defect in the handling of a frame costs that socket, not the process.
        parts.log.error({ error }, "a frame was not handled");
        parts.closer.close(session, CloseCode.BAD_STATE, "an unexpected failure");
      }
    },
    drained: (socket) => parts.closer.drained(sessionOf(socket)),
    closed: (socket, code) => parts.closer.closed(sessionOf(socket), code),
  };
}

function sessionOf(socket: TransportSocket): Session {
  if (!(socket.attachment instanceof Session)) throw new Error("a socket without a session");
  return socket.attachment;
}
