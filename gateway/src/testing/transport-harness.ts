// What the contract of the transport port stands on: a transport with handlers that remember, and clients for it.

import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { WebSocket } from "ws";
import type { Admission, HttpHandler, Transport, TransportOptions, TransportSocket, UpgradeRequest } from "../ws/transport.js";

export const FRAME_BYTES_MAX = 16 * 1024;
const BUFFER_BYTES_MAX = 256 * 1024;
export const BODY_BYTES_MAX = 64 * 1024;

interface Heard {
  readonly upgrades: UpgradeRequest[];
  readonly opened: TransportSocket[];
  readonly messages: { readonly socket: TransportSocket; readonly bytes: Uint8Array; readonly isBinary: boolean }[];
  readonly closes: number[];
  readonly defects: unknown[];
}

/** Waits for what a handler or client will say, without looking at the time. */
class Bell {
  #waiting: (() => void)[] = [];

  ring(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

export class Harness {
  readonly heard: Heard = { upgrades: [], opened: [], messages: [], closes: [], defects: [] };
  readonly bell = new Bell();
  transport!: Transport;
  port = 0;
  admission: (request: UpgradeRequest) => Admission = () => ({ accept: true, protocol: undefined, attachment: "mine" });
  onHttp: HttpHandler = (_request, respond) => respond({ status: 404 });
  onDrained: (socket: TransportSocket) => void = () => undefined;
  readonly clients: WebSocket[] = [];

  options(): TransportOptions {
    const { heard, bell } = this;
    return {
      path: "/v1/realtime",
      limits: {
        frameBytesMax: FRAME_BYTES_MAX, socketBufferBytesMax: BUFFER_BYTES_MAX,
        idleTimeoutSeconds: 8, bodyBytesMax: BODY_BYTES_MAX,
      },
      sockets: {
        admit: (request) => {
          heard.upgrades.push(request);
          return this.admission(request);
        },
        opened: (socket) => {
          heard.opened.push(socket);
          bell.ring();
        },
        message: (socket, bytes, isBinary) => {
          heard.messages.push({ socket, bytes, isBinary });
          bell.ring();
        },
        drained: (socket) => {
          this.onDrained(socket);
          bell.ring();
        },
        closed: (_socket, code) => {
          heard.closes.push(code);
          bell.ring();
        },
      },
      onHttp: (request, respond) => this.onHttp(request, respond),
      onDefect: (error) => heard.defects.push(error),
    };
  }

  connect(protocols: string[] = [], headers: Record<string, string> = {}, path = "/v1/realtime?a=1&b=%20"): WebSocket {
    const client = new WebSocket(`ws://127.0.0.1:${this.port}${path}`, protocols, { headers });
    client.on("error", () => undefined);
    this.clients.push(client);
    return client;
  }

  async connected(): Promise<{ readonly client: WebSocket; readonly socket: TransportSocket }> {
    const client = this.connect();
    await new Promise((resolve) => client.once("open", resolve));
    await this.bell.until(() => this.heard.opened.length > 0);
    return { client, socket: this.heard.opened.at(-1)! };
  }

  ask(options: RequestOptions, body?: Uint8Array | string): Promise<{ readonly answer: IncomingMessage; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: "127.0.0.1", port: this.port, agent: false, ...options }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => resolve({ answer, text: Buffer.concat(chunks).toString() }));
        answer.on("error", reject);
      });
      request.on("error", reject);
      request.end(body);
    });
  }
}

export function closeOf(client: WebSocket): Promise<{ readonly code: number; readonly reason: string }> {
  return new Promise((resolve) => {
    client.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
}

export function refusalOf(client: WebSocket): Promise<number | undefined> {
  return new Promise((resolve) => {
    client.once("unexpected-response", (_request, answer) => {
      resolve(answer.statusCode);
      answer.destroy();
    });
  });
}
