/**
 * The network under the gateway: one HTTP server with WebSocket upgrades on one path. Two implementations pass one contract
 * suite (transport.contract.ts), so nothing above this port knows which one runs.
 *
 * Guarantees of every implementation:
 * - `admit` is asked once per upgrade, `opened` follows a yes, `closed` comes exactly once per opened socket, also when the
 *   gateway closes it itself, and then possibly before `close` or `terminate` returns. After it no handler hears of the socket.
 * - Bytes handed to a handler belong to the handler. Bytes handed to `send` must not change afterwards.
 * - No method throws on a socket or request that is gone; they do nothing.
 * - A frame above `frameBytesMax` closes the socket with 1009 and is not handed out. A much larger one may just be cut.
 * - Idle sockets are pinged; a socket silent for `idleTimeoutSeconds` is cut.
 */

/** "buffered": the socket reads slower than we write; "dropped": not sent and never will be. */
export type SendOutcome = "sent" | "buffered" | "dropped";

export interface TransportSocket {
  /** What `admit` gave; the transport does not look at it. */
  attachment: unknown;
  send(bytes: Uint8Array, isBinary: boolean): SendOutcome;
  /** Bytes written here and not yet taken by the kernel; 0 when gone. */
  readonly bufferedBytes: number;
  /** Sends a close frame after what is buffered. */
  close(code: number, reason: string): void;
  /** Cuts the connection. */
  terminate(): void;
  /** Sends within `fn` leave in as few packets as possible. */
  cork(fn: () => void): void;
}

/** What is known of a request before its body; valid after the handler returned. */
export interface RequestHead {
  /** Starts with `/`, not decoded, without query. */
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  /** By any case of the name; undefined when absent. */
  header(name: string): string | undefined;
  /** Of the peer of the connection; forwarding headers are not looked at. */
  readonly remoteAddress: string;
}

export interface UpgradeRequest extends RequestHead {
  /** Subprotocols the client offers, in its order. */
  readonly protocols: readonly string[];
}

export type Admission =
  | { readonly accept: true; readonly protocol: string | undefined; readonly attachment: unknown }
  | { readonly accept: false; readonly status: number; readonly text: string };

export interface SocketHandlers {
  admit(request: UpgradeRequest): Admission;
  opened(socket: TransportSocket): void;
  message(socket: TransportSocket, bytes: Uint8Array, isBinary: boolean): void;
  /** Something of what was buffered has left; look at `bufferedBytes`. */
  drained(socket: TransportSocket): void;
  closed(socket: TransportSocket, code: number): void;
}

export interface HttpRequest extends RequestHead {
  /** Upper case. */
  readonly method: string;
  /** The whole body; rejects with ERR_PAYLOAD_TOO_LARGE above `bodyBytesMax`, with ERR_OPERATION_FAILED when the client left. */
  body(): Promise<Uint8Array>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** Answers once; later calls and answers to a client that left do nothing. */
export type Respond = (answer: HttpAnswer) => void;

/** A rejection, or an end without an answer, becomes a 500. */
export type HttpHandler = (request: HttpRequest, respond: Respond) => void | Promise<void>;

export interface TransportLimits {
  readonly frameBytesMax: number;
  /** Above this many buffered bytes a send is dropped and the socket cut; the session's own limit lies below. */
  readonly socketBufferBytesMax: number;
  /** Multiple of 4. */
  readonly idleTimeoutSeconds: number;
  readonly bodyBytesMax: number;
}

export interface TransportOptions {
  /** Path of upgrades. */
  readonly path: string;
  readonly limits: TransportLimits;
  readonly sockets: SocketHandlers;
  readonly onHttp: HttpHandler;
  /** Told of what a handler threw. */
  readonly onDefect: (error: unknown) => void;
}

export interface Transport {
  readonly name: "uws" | "ws";
  /** Resolves with the port, which differs from the one asked for when that was 0. Rejects with a text that names the address. */
  listen(port: number, host: string): Promise<number>;
  /** Refuses new connections; open ones stay. */
  stopListening(): void;
  /** Cuts what is still open and lets go of everything. */
  close(): Promise<void>;
}

/** The value of Sec-WebSocket-Protocol as a list. */
export function offeredProtocols(header: string | undefined): readonly string[] {
  return header === undefined || header === "" ? [] : header.split(",").map((name) => name.trim()).filter((name) => name !== "");
}
