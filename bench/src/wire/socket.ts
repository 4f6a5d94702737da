// A WebSocket client over a plain TCP socket. All sockets of the process read into one buffer, and nothing is made per frame:
// with a client library the generator, not the server, would be what is measured.

import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { clientFrame, FrameReader, OPCODE, type OnFrame } from "./websocket.js";

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

export interface SocketEvents {
  open(): void;
  /** A whole binary message; the bytes are valid during the call only. */
  message(bytes: Buffer, start: number, end: number): void;
  /** The server's close code, 1006 without one. Called once. */
  closed(code: number, why: string): void;
}

const PROTOCOL = "parlance.v1.proto";
const READ_BYTES = 64 * 1024;
const ABNORMAL = 1006;
const HEAD_BYTES_MAX = 8 * 1024;

export function targetOf(url: string): Target {
  const { hostname, port, pathname } = new URL(url);
  return { host: hostname, port: Number(port), path: pathname };
}

/** What sockets of one process have in common. */
export interface ReadBuffer {
  readonly buffer: Buffer;
}

export function createReadBuffer(): ReadBuffer {
  return { buffer: Buffer.allocUnsafeSlow(READ_BYTES) };
}

export class BenchSocket {
  readonly #events: SocketEvents;
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  #head = "";
  #open = false;
  #closed = false;
  #code = ABNORMAL;

  constructor(target: Target, shared: ReadBuffer, events: SocketEvents) {
    this.#events = events;
    const { host, port } = target;
    const onread = { buffer: shared.buffer, callback: (size: number) => this.#onBytes(shared.buffer.subarray(0, size)) };
    this.#socket = connect({ host, port, noDelay: true, onread });
    this.#socket.on("connect", () => this.#socket.write(upgradeOf(target)));
    this.#socket.on("error", (error) => this.#end(error.message));
    this.#socket.on("close", () => this.#end("closed"));
  }

  send(frame: Buffer): void {
    if (this.#open && !this.#closed) this.#socket.write(frame);
  }

  /** Cuts the connection as a lost network does: without a close frame. */
  cut(): void {
    this.#end("cut");
    this.#socket.resetAndDestroy();
  }

  close(): void {
    if (this.#open && !this.#closed) this.#socket.end(clientFrame(OPCODE.close, Buffer.from([0x03, 0xe8])));
    else this.#socket.destroy();
  }

  #onBytes(bytes: Buffer): boolean {
    try {
      if (this.#open) this.#read(bytes);
      else this.#onHead(bytes);
    } catch (error) {
      this.#end(error instanceof Error ? error.message : "unreadable");
      this.#socket.destroy();
    }
    return true;
  }

  #onHead(bytes: Buffer): void {
    const text = this.#head + bytes.toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      if (text.length > HEAD_BYTES_MAX) throw new Error("the answer to the upgrade is too long");
      this.#head = text;
      return;
    }
    const [status = ""] = text.split("\r\n", 1);
    if (!status.startsWith("HTTP/1.1 101")) throw new Error(`the upgrade was answered with ${status}`);
    this.#open = true;
    this.#events.open();
    const rest = Buffer.from(text.slice(end + 4), "latin1");
    if (rest.length > 0) this.#read(rest);
  }

  #read(bytes: Buffer): void {
    this.#reader.read(bytes, this.#onFrame);
  }

  // One function for the life of the socket, not one per read.
  readonly #onFrame: OnFrame = (opcode, frame, start, end) => {
    switch (opcode) {
      case OPCODE.binary: return this.#events.message(frame, start, end);
      case OPCODE.ping: return this.send(clientFrame(OPCODE.pong, frame.subarray(start, end)));
      case OPCODE.close: return this.#onClose(frame, start, end);
      default: throw new Error(`opcode ${opcode} was not expected`);
    }
  };

  #onClose(frame: Buffer, start: number, end: number): void {
    if (end - start >= 2) this.#code = frame.readUInt16BE(start);
    const reason = frame.toString("utf8", Math.min(start + 2, end), end);
    this.send(clientFrame(OPCODE.close, frame.subarray(start, Math.min(start + 2, end))));
    this.#end(reason);
    this.#socket.destroySoon();
  }

  #end(why: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events.closed(this.#code, why);
  }
}

function upgradeOf({ host, port, path }: Target): string {
  const key = randomBytes(16).toString("base64");
  return [
    `GET ${path} HTTP/1.1`, `Host: ${host}:${port}`, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${key}`, `Sec-WebSocket-Protocol: ${PROTOCOL}`, "", "",
  ].join("\r\n");
}
