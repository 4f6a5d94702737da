// A gateway in the hands of a test: sockets that open, welcome, fall silent and close as the test says.

import { ErrorCode, ErrorDetail } from "@parlance/proto/errors/v1/errors";
import type { Event } from "@parlance/proto/event/v1/event";
import { ClientFrame, ServerFrame, Welcome } from "@parlance/proto/gateway/v1/frame";
import type { OpenSocket, Socket, SocketHandlers } from "../engine/socket.js";

export type Body = NonNullable<ClientFrame["body"]>;

/** Answers a call; `hold` leaves it without an answer. */
export type Answer = Uint8Array | { readonly error: keyof typeof ErrorCode; readonly retryAfterMs?: number; readonly retryable?: boolean } | "hold";
export type OnCall = (method: string, request: Uint8Array) => Answer | Promise<Answer>;

export class FakeSocket implements Socket {
  readonly frames: ClientFrame[] = [];
  closedWith: number | undefined;
  silent = false;
  readonly #gateway: FakeGateway;
  readonly #handlers: SocketHandlers;

  constructor(gateway: FakeGateway, handlers: SocketHandlers) {
    this.#gateway = gateway;
    this.#handlers = handlers;
  }

  get isOpen(): boolean {
    return this.closedWith === undefined;
  }

  send(bytes: Uint8Array): void {
    const frame = ClientFrame.decode(bytes);
    this.frames.push(frame);
    if (frame.body !== undefined && this.isOpen && !this.silent) this.#gateway.take(this, frame.id, frame.body);
  }

  close(code: number): void {
    this.closedWith ??= code;
  }

  open(): void {
    if (this.isOpen) this.#handlers.onOpen();
  }

  say(frame: Parameters<typeof ServerFrame.fromPartial>[0]): void {
    if (this.isOpen && !this.silent) this.#handlers.onFrame(ServerFrame.encode(ServerFrame.fromPartial(frame)).finish());
  }

  sayRaw(bytes: Uint8Array): void {
    this.#handlers.onFrame(bytes);
  }

  event(...events: readonly Event[]): void {
    this.say(events.length === 1
      ? { body: { $case: "event", value: events[0]! } } : { body: { $case: "events", value: { events: [...events] } } });
  }

  goodbye(code: number, retryAfterMs = 0): void {
    this.say({ body: { $case: "goodbye", value: { code, reason: "bye", retryAfterMs } } });
    this.end(code);
  }

  /** The gateway, or the network, closes it. */
  end(code: number, reason = ""): void {
    if (!this.isOpen) return;
    this.closedWith = code;
    this.#handlers.onClose(code, reason);
  }

  cases(): string[] {
    return this.frames.map(({ body }) => body?.$case ?? "");
  }
}

export class FakeGateway {
  readonly sockets: FakeSocket[] = [];
  readonly calls: string[] = [];
  /** What becomes of a new socket. */
  mode: "welcome" | "hold" | "refuse" = "welcome";
  welcome: Partial<Welcome> = {};
  onCall: OnCall = () => "hold";

  readonly openSocket: OpenSocket = (_url, handlers) => {
    const socket = new FakeSocket(this, handlers);
    this.sockets.push(socket);
    queueMicrotask(() => {
      if (this.mode === "refuse") socket.end(1006);
      else socket.open();
    });
    return socket;
  };

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }

  take(socket: FakeSocket, id: number, body: Body): void {
    switch (body.$case) {
      case "hello": {
        const value = Welcome.fromPartial({ uid: "alice", sessionId: `s${this.sockets.length}`, ...this.welcome });
        if (this.mode === "welcome") socket.say({ id, body: { $case: "welcome", value } });
        return;
      }
      case "call": {
        this.calls.push(body.value.method);
        void Promise.resolve(this.onCall(body.value.method, body.value.request)).then((answer) => reply(socket, id, answer));
        return;
      }
      case "ping": {
        socket.say({ id, body: { $case: "pong", value: {} } });
        return;
      }
      case "typing": case "transient": case "background": case "foreground": case "bye":
    }
  }
}

export function detailOf(answer: Exclude<Answer, Uint8Array | "hold">): ErrorDetail {
  const { error, retryAfterMs = 0, retryable = retryAfterMs > 0 } = answer;
  return ErrorDetail.fromPartial({ code: ErrorCode[error], message: error, retryAfterMs, retryable });
}

function reply(socket: FakeSocket, id: number, answer: Answer): void {
  if (answer === "hold") return;
  if (answer instanceof Uint8Array) socket.say({ id, body: { $case: "result", value: answer } });
  else socket.say({ id, body: { $case: "error", value: detailOf(answer) } });
}
