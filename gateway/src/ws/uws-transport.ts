// The transport over uWebSockets.js; the only file that knows its API. What bites there, and how it is held:
// requests die when their handler returns (all of the head is copied first), sockets and responses throw once they are gone
// (guarded handles), message buffers are taken away after the handler (copied), an unanswered response without an abort
// handler ends the process (registered before anything else), and most defaults are wrong for chat (all are set).

import type { HttpRequest as UwsRequest, HttpResponse, TemplatedApp, us_listen_socket, WebSocket } from "uWebSockets.js";
import { limitHttpHeaders } from "../config.js";
import { HttpBody } from "./http-body.js";
import { answerOnce, statusLine } from "./http-status.js";
import { offeredProtocols, type HttpAnswer, type SendOutcome, type Transport, type TransportOptions, type TransportSocket } from "./transport.js";

type Library = typeof import("uWebSockets.js");
type Socket = WebSocket<{ readonly handle: UwsSocket }>;

type ListenExclusively = (host: string, port: number, option: number, done: (socket: us_listen_socket | false) => void) => void;

// The library cuts a too large message without a close frame, so it is let in a little further and closed by us.
const FRAME_SLACK = 2;
// One less than the turns of the library's minute wheel: 240 would be now, and every socket closed within seconds.
const MAX_LIFETIME_MINUTES = 239;
const LISTEN_EXCLUSIVE_PORT = 1;
const TOO_LARGE = 1009;
const TIMEOUT_STEP_SECONDS = 4;

const OUTCOMES: readonly SendOutcome[] = ["buffered", "sent", "dropped"];

class UwsSocket implements TransportSocket {
  attachment: unknown;
  ws: Socket | undefined;

  constructor(attachment: unknown) {
    this.attachment = attachment;
    this.ws = undefined;
  }

  get bufferedBytes(): number {
    return this.ws === undefined ? 0 : this.ws.getBufferedAmount();
  }

  send(bytes: Uint8Array, isBinary: boolean): SendOutcome {
    return this.ws === undefined ? "dropped" : OUTCOMES[this.ws.send(bytes, isBinary, false)] ?? "dropped";
  }

  close(code: number, reason: string): void {
    this.ws?.end(code, reason);
  }

  terminate(): void {
    this.ws?.close();
  }

  cork(fn: () => void): void {
    if (this.ws === undefined) fn();
    else this.ws.cork(fn);
  }
}

function text(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString("latin1");
}

function headOf(response: HttpResponse, request: UwsRequest) {
  const headers = new Map<string, string>();
  request.forEach((name, value) => {
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  });
  return {
    path: request.getUrl(),
    // The types do not say it: undefined when there is no question mark.
    query: (request.getQuery() as string | undefined) ?? "",
    remoteAddress: text(response.getRemoteAddressAsText()),
    header: (name: string) => headers.get(name.toLowerCase()),
  };
}

/** Refuses with a status, or becomes a socket. Both within the handler, while request and response live. */
function upgrade(options: TransportOptions, response: HttpResponse, request: UwsRequest, context: object): void {
  response.onAborted(() => undefined);
  const head = headOf(response, request);
  const admission = options.sockets.admit({ ...head, protocols: offeredProtocols(head.header("sec-websocket-protocol")) });
  if (!admission.accept) {
    response.writeStatus(statusLine(admission.status)).end(admission.text);
    return;
  }
  const data = { handle: new UwsSocket(admission.attachment) };
  const key = head.header("sec-websocket-key") ?? "";
  response.upgrade(data, key, admission.protocol ?? "", "", context);
}

function collect(response: HttpResponse, request: UwsRequest, body: HttpBody): void {
  if (request.getHeader("content-length") === "" && request.getHeader("transfer-encoding") === "") {
    body.end();
    return;
  }
  response.onData((chunk, isLast) => {
    body.add(new Uint8Array(chunk.slice(0)));
    if (isLast) body.end();
  });
}

function onHttp(options: TransportOptions, response: HttpResponse, request: UwsRequest): void {
  const body = new HttpBody(options.limits.bodyBytesMax);
  let gone = false;
  response.onAborted(() => {
    gone = true;
    body.abort();
  });
  const head = { ...headOf(response, request), method: request.getMethod().toUpperCase(), body: () => body.read() };
  collect(response, request, body);
  const send = ({ status, headers = {}, body: payload = "" }: HttpAnswer) => {
    if (gone) return;
    gone = true;
    response.cork(() => {
      response.writeStatus(statusLine(status));
      for (const [name, value] of Object.entries(headers)) response.writeHeader(name, value);
      if (head.method === "HEAD" || status === 204 || status === 304) response.endWithoutBody(undefined, !body.whole);
      else response.end(payload, !body.whole);
    });
  };
  void answerOnce(options.onHttp, head, send, options.onDefect);
}

function behaviour(library: Library, options: TransportOptions) {
  const { limits, sockets } = options;
  return {
    maxPayloadLength: limits.frameBytesMax * FRAME_SLACK,
    maxBackpressure: limits.socketBufferBytesMax,
    closeOnBackpressureLimit: 1,
    idleTimeout: Math.ceil(limits.idleTimeoutSeconds / TIMEOUT_STEP_SECONDS) * TIMEOUT_STEP_SECONDS,
    sendPingsAutomatically: true,
    maxLifetime: MAX_LIFETIME_MINUTES,
    compression: library.DISABLED,
    upgrade: (response: HttpResponse, request: UwsRequest, context: object) => upgrade(options, response, request, context),
    open: (ws: Socket) => {
      const { handle } = ws.getUserData();
      handle.ws = ws;
      sockets.opened(handle);
    },
    message: (ws: Socket, message: ArrayBuffer, isBinary: boolean) => {
      const { handle } = ws.getUserData();
      if (message.byteLength > limits.frameBytesMax) handle.close(TOO_LARGE, "the frame is too large");
      else if (handle.ws !== undefined) sockets.message(handle, Buffer.from(new Uint8Array(message)), isBinary);
    },
    drain: (ws: Socket) => sockets.drained(ws.getUserData().handle),
    close: (ws: Socket, code: number) => {
      const { handle } = ws.getUserData();
      handle.ws = undefined;
      sockets.closed(handle, code);
    },
  };
}

class UwsTransport implements Transport {
  readonly name = "uws";
  readonly #library: Library;
  readonly #app: TemplatedApp;
  #listening: us_listen_socket | undefined;

  constructor(library: Library, options: TransportOptions) {
    this.#library = library;
    this.#app = library.App()
      .ws(options.path, behaviour(library, options))
      .any("/*", (response, request) => onHttp(options, response, request));
  }

  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const done = (socket: us_listen_socket | false) => {
        if (socket === false) return reject(new Error(`cannot listen on ${host}:${port}: the port is taken or not allowed`));
        this.#listening = socket;
        resolve(this.#library.us_socket_local_port(socket));
      };
      // The declarations lack this overload, the library has it; without the option two processes share a port unseen.
      const app = this.#app as unknown as { listen: ListenExclusively };
      app.listen(host, port, LISTEN_EXCLUSIVE_PORT, done);
    });
  }

  stopListening(): void {
    if (this.#listening !== undefined) this.#library.us_listen_socket_close(this.#listening);
    this.#listening = undefined;
  }

  async close(): Promise<void> {
    this.stopListening();
    this.#app.close();
  }
}

/** Rejects when the native library does not load on this machine. */
export async function createUwsTransport(options: TransportOptions): Promise<Transport> {
  limitHttpHeaders();
  const library = (await import("uWebSockets.js")) as unknown as Library & { readonly default?: Library };
  return new UwsTransport(library.default ?? library, options);
}
