// One user of the load: a socket, the hello, and what is heard.

import { ErrorCode, ErrorDetail } from "@parlance/proto/errors/v1/errors";
import { Goodbye, Pong, Welcome } from "@parlance/proto/gateway/v1/frame";
import { callFrame, helloFrame, numberOfId, pingFrame } from "../wire/client-frames.js";
import type { Listener, ServerFrames } from "../wire/server-frames.js";
import { BenchSocket, type ReadBuffer, type Target } from "../wire/socket.js";

export interface ClientEvents {
  /** A send was acked. `seq` is 0 when the answer held none. */
  acked?(number: number, seq: number): void;
  refused?(number: number, error: string, retryAfterMs: number): void;
  row?(seq: number, sender: number, number: number): void;
  closed?(code: number, why: string, retryAfterMs: number): void;
}

export interface Account {
  readonly uid: string;
  readonly token: string;
}

export interface ClientParts {
  readonly target: Target;
  readonly shared: ReadBuffer;
  readonly frames: ServerFrames;
  readonly account: Account;
  readonly resumeToken?: string | undefined;
  /** Up to where in the event log the client has everything. */
  readonly place?: string | undefined;
}

interface Waiting {
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

/** Ids of calls other than sends; below those of sends. */
const HELLO_ID = 1;
const LAST_CALL_ID = 2 ** 20;

export class LoadClient implements Listener {
  readonly ready: Promise<Welcome>;
  events: ClientEvents;
  readonly #frames: ServerFrames;
  readonly #socket: BenchSocket;
  readonly #calls = new Map<number, Waiting>();
  #hello: { resolve(welcome: Welcome): void; reject(error: Error): void } | undefined;
  #onPong: ((place: string | undefined) => void) | undefined;
  #lastId = HELLO_ID;
  #retryAfterMs = 0;

  constructor({ target, shared, frames, account, resumeToken, place }: ClientParts, events: ClientEvents = {}) {
    this.events = events;
    this.#frames = frames;
    this.ready = new Promise((resolve, reject) => {
      this.#hello = { resolve, reject };
    });
    this.#socket = new BenchSocket(target, shared, {
      open: () => this.#socket.send(helloFrame({ token: account.token, deviceId: `bench-${account.uid}`, resumeToken, place })),
      message: (bytes, start, end) => this.#frames.read(bytes, start, end, this),
      closed: (code, why) => this.#onClosed(code, why),
    });
  }

  send(frame: Buffer): void {
    this.#socket.send(frame);
  }

  /** For what is not counted by the million. */
  call(method: string, request: Uint8Array): Promise<Uint8Array> {
    const id = this.#lastId += 1;
    if (id > LAST_CALL_ID) throw new Error("too many calls for one client");
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#socket.send(callFrame(id, method, request));
    });
  }

  /** Asks up to where in the event log everything has been sent; undefined when the gateway does not know. */
  place(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#onPong = resolve;
      this.#socket.send(pingFrame());
    });
  }

  cut(): void {
    this.#socket.cut();
  }

  close(): void {
    this.#socket.close();
  }

  welcome(bytes: Uint8Array): void {
    this.#hello?.resolve(Welcome.decode(bytes));
    this.#hello = undefined;
  }

  pong(bytes: Uint8Array): void {
    this.#onPong?.(Pong.decode(bytes).place);
    this.#onPong = undefined;
  }

  goodbye(bytes: Uint8Array): void {
    this.#retryAfterMs = Goodbye.decode(bytes).retryAfterMs;
  }

  result(id: number, bytes: Uint8Array, start: number, end: number): void {
    if (id > LAST_CALL_ID) return this.events.acked?.(numberOfId(id), this.#frames.seqOfSent(bytes, start, end));
    this.#calls.get(id)?.resolve(bytes.slice(start, end));
    this.#calls.delete(id);
  }

  error(id: number, bytes: Uint8Array): void {
    const detail = ErrorDetail.decode(bytes);
    const name = ErrorCode[detail.code] ?? String(detail.code);
    if (id > LAST_CALL_ID) return this.events.refused?.(numberOfId(id), name, detail.retryAfterMs);
    if (id === HELLO_ID) this.#hello?.reject(new Error(`hello: ${name}: ${detail.message}`));
    this.#calls.get(id)?.reject(new Error(`${name}: ${detail.message}`));
    this.#calls.delete(id);
  }

  row(seq: number, sender: number, number: number): void {
    this.events.row?.(seq, sender, number);
  }

  otherEvent(): void {
    // Nothing counts them.
  }

  #onClosed(code: number, why: string): void {
    const gone = new Error(`closed with ${code}: ${why}`);
    this.events.closed?.(code, why, this.#retryAfterMs);
    this.#hello?.reject(gone);
    this.#hello = undefined;
    for (const call of this.#calls.values()) call.reject(gone);
    this.#calls.clear();
  }
}
