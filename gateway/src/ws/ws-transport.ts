// The transport over `ws` and node:http: the fallback where uWebSockets.js has no binary.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock, Timer } from "@parlance/platform/time";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import { HttpBody } from "./http-body.js";
import { answerOnce, statusLine } from "./http-status.js";
import { PingRing, type Pinged } from "./ping-ring.js";
import { offeredProtocols, type HttpAnswer, type SendOutcome, type Transport, type TransportOptions, type TransportSocket } from "./transport.js";

const HEADER_BYTES_MAX = 8_192;
const ABNORMAL = 1006;
const LAST_WORDS_MS = 1_000;

class WsSocket implements TransportSocket, Pinged {
  attachment: unknown;
  heardAtMs = 0;
  readonly #ws: WebSocket;
  readonly #stream: Duplex;
  readonly #bufferBytesMax: number;
  readonly #onFlushed: () => void;
  #waiting = false;

  constructor(ws: WebSocket, stream: Duplex, attachment: unknown, options: TransportOptions) {
    this.#ws = ws;
    this.#stream = stream;
    this.attachment = attachment;
    this.#bufferBytesMax = options.limits.socketBufferBytesMax;
    this.#onFlushed = () => {
      if (!this.#waiting || this.#ws.readyState !== this.#ws.OPEN) return;
      if (this.bufferedBytes === 0) this.#waiting = false;
      options.sockets.drained(this);
    };
  }

  get bufferedBytes(): number {
    return this.#ws.readyState === this.#ws.OPEN ? this.#ws.bufferedAmount : 0;
  }

  send(bytes: Uint8Array, isBinary: boolean): SendOutcome {
    if (this.#ws.readyState !== this.#ws.OPEN) return "dropped";
    if (this.#ws.bufferedAmount > this.#bufferBytesMax) {
      this.#ws.terminate();
      return "dropped";
    }
    this.#ws.send(bytes, { binary: isBinary, compress: false }, this.#onFlushed);
    this.#waiting = this.#ws.bufferedAmount > 0 && this.#stream.writableCorked === 0;
    return this.#waiting ? "buffered" : "sent";
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  ping(): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping();
  }

  cork(fn: () => void): void {
    this.#stream.cork();
    try {
      fn();
    } finally {
      this.#stream.uncork();
      this.#waiting ||= this.bufferedBytes > 0;
    }
  }
}

function headOf(request: IncomingMessage) {
  const [path, query] = splitOnce(request.url ?? "/", "?");
  return {
    path,
    query,
    remoteAddress: request.socket.remoteAddress ?? "",
    header: (name: string) => {
      const value = request.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(", ") : value;
    },
  };
}

function splitOnce(value: string, separator: string): [string, string] {
  const at = value.indexOf(separator);
  return at < 0 ? [value, ""] : [value.slice(0, at), value.slice(at + 1)];
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function onHttp(options: TransportOptions, request: IncomingMessage, response: ServerResponse): void {
  const body = new HttpBody(options.limits.bodyBytesMax);
  request.on("data", (chunk: Buffer) => body.add(chunk));
  request.on("end", () => body.end());
  request.on("close", () => body.abort());
  request.on("error", () => body.abort());
  response.on("error", () => body.abort());
  const send = ({ status, headers = {}, body: payload }: HttpAnswer) => {
    if (response.destroyed) return;
    if (!body.whole) response.setHeader("connection", "close");
    response.writeHead(status, headers).end(payload);
  };
  void answerOnce(options.onHttp, { ...headOf(request), method: request.method ?? "GET", body: () => body.read() }, send, options.onDefect);
}

function refuse(stream: Duplex, status: number, text: string): void {
  stream.end(`HTTP/1.1 ${statusLine(status)}\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

class WsTransport implements Transport {
  readonly name = "ws";
  readonly #options: TransportOptions;
  readonly #clock: Clock;
  readonly #http: Server;
  readonly #upgrades: WebSocketServer;
  readonly #pings: PingRing;
  readonly #open = new Set<WebSocket>();
  #whenEmpty: (() => void) | undefined;

  constructor(options: TransportOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#pings = new PingRing(clock, options.limits.idleTimeoutSeconds * 1_000);
    this.#http = createServer({ maxHeaderSize: HEADER_BYTES_MAX, noDelay: true });
    this.#http.on("request", (request, response) => onHttp(options, request, response));
    this.#http.on("upgrade", (request, stream, head) => this.#upgrade(request, stream, head));
    this.#http.on("clientError", (_error, stream) => stream.destroy());
    this.#upgrades = new WebSocketServer({
      noServer: true,
      maxPayload: options.limits.frameBytesMax,
      perMessageDeflate: false,
      clientTracking: false,
      skipUTF8Validation: false,
      // The answer of `admit`, left on the request.
      handleProtocols: (_offered, request) => (request as Admitted).protocol ?? false,
    });
  }

  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#http.once("error", (error: NodeJS.ErrnoException) => {
        reject(new Error(`cannot listen on ${host}:${port}: ${error.code ?? error.message}`));
      });
      this.#http.listen({ port, host, exclusive: true }, () => resolve((this.#http.address() as AddressInfo).port));
    });
  }

  stopListening(): void {
    this.#http.close();
  }

  async close(): Promise<void> {
    this.stopListening();
    await this.#emptied();
    for (const ws of this.#open) ws.terminate();
    this.#http.closeAllConnections();
    this.#pings.stop();
  }

  /** Peers get a moment to take the close frame that was sent to them. */
  #emptied(): Promise<void> {
    return new Promise((resolve) => {
      const closing = [...this.#open].some((ws) => ws.readyState === ws.CLOSING);
      if (!closing) return resolve();
      const timer: Timer = this.#clock.after(LAST_WORDS_MS, resolve);
      this.#whenEmpty = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    stream.on("error", () => stream.destroy());
    const own = headOf(request);
    if (own.path !== this.#options.path) return refuse(stream, 404, "");
    const admission = this.#options.sockets.admit({ ...own, protocols: offeredProtocols(own.header("sec-websocket-protocol")) });
    if (!admission.accept) return refuse(stream, admission.status, admission.text);
    (request as Admitted).protocol = admission.protocol;
    this.#upgrades.handleUpgrade(request, stream, head, (ws) => this.#opened(ws, stream, admission.attachment));
  }

  #opened(ws: WebSocket, stream: Duplex, attachment: unknown): void {
    const { sockets } = this.#options;
    const socket = new WsSocket(ws, stream, attachment, this.#options);
    this.#open.add(ws);
    this.#pings.add(socket);
    ws.on("message", (data, isBinary) => {
      this.#pings.heard(socket);
      sockets.message(socket, bytesOf(data), isBinary);
    });
    ws.on("pong", () => this.#pings.heard(socket));
    // The library has sent a close frame with the reason; a peer that breaks the protocol may not answer it.
    ws.on("error", () => this.#clock.after(LAST_WORDS_MS, () => ws.terminate()));
    ws.on("close", (code) => {
      this.#pings.remove(socket);
      this.#open.delete(ws);
      sockets.closed(socket, code === 0 ? ABNORMAL : code);
      if (this.#open.size === 0) this.#whenEmpty?.();
    });
    sockets.opened(socket);
  }
}

type Admitted = IncomingMessage & { protocol?: string | undefined };

export function createWsTransport(options: TransportOptions, clock: Clock): Transport {
  return new WsTransport(options, clock);
}
