// A gateway that keeps messages in memory and speaks as much of the protocol as the load generator does. It can be told to do
// things that a real one must not, so that tests see whether the generator notices.

import { WebSocketServer, type WebSocket } from "ws";
import { ErrorCode } from "@parlance/proto/errors/v1/errors";
import { Event } from "@parlance/proto/event/v1/event";
import { ClientFrame, ServerFrame } from "@parlance/proto/gateway/v1/frame";
import { Message, ReceiverType, Row } from "@parlance/proto/messaging/v1/message";
import { SendMessageRequest, SendMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import type { Account } from "../load/client.js";
import { targetOf, type Target } from "../wire/socket.js";

export type Fault = "none" | "lose an event" | "wrong seq" | "repeat an event" | "refuse";

/** The token of an account of this gateway is its uid. */
export function accountsOf(prefix: string, count: number): Account[] {
  return Array.from({ length: count }, (_, at) => ({ uid: `${prefix}-${at + 1}`, token: `${prefix}-${at + 1}` }));
}

export class FakeGateway {
  readonly #server: WebSocketServer;
  readonly #sockets = new Map<string, WebSocket>();
  readonly #seqs = new Map<string, number>();
  /** Happens once, to the message of this number. */
  readonly #fault: Fault;
  readonly #faultAt: number;
  #messages = 0;

  private constructor(server: WebSocketServer, fault: Fault, faultAt: number) {
    this.#server = server;
    this.#fault = fault;
    this.#faultAt = faultAt;
    server.on("connection", (socket) => this.#accept(socket));
  }

  static async start(fault: Fault = "none", faultAt = 10): Promise<FakeGateway> {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await new Promise((resolve) => server.once("listening", resolve));
    return new FakeGateway(server, fault, faultAt);
  }

  get target(): Target {
    const { port } = this.#server.address() as { readonly port: number };
    return targetOf(`ws://127.0.0.1:${port}/v1/realtime`);
  }

  get messages(): number {
    return this.#messages;
  }

  async stop(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: WebSocket): void {
    let own = "";
    socket.on("message", (data: Buffer) => {
      const { id, body } = ClientFrame.decode(data);
      if (body?.$case === "hello") {
        own = body.value.token;
        this.#sockets.set(own, socket);
        write(socket, { id, body: { $case: "welcome", value: welcomeOf(own) } });
      }
      if (body?.$case === "call") this.#onSend(socket, own, id, SendMessageRequest.decode(body.value.request));
    });
  }

  #onSend(socket: WebSocket, own: string, id: number, request: SendMessageRequest): void {
    const fault = (this.#messages += 1) === this.#faultAt ? this.#fault : "none";
    if (fault === "refuse") return write(socket, { id, body: { $case: "error", value: refusal } });
    const conversation = request.receiverType === ReceiverType.GROUP ? request.receiverId : [own, request.receiverId].sort().join(" ");
    const seq = (this.#seqs.get(conversation) ?? 0) + 1;
    this.#seqs.set(conversation, seq);
    const message = Message.fromPartial({ id: seq, seq, muid: request.muid, sender: { id: own }, receiverId: request.receiverId, ...bodyOf(request) });
    write(socket, { id, body: { $case: "result", value: SendMessageResponse.encode({ message, duplicate: false }).finish() } });
    if (fault === "lose an event") return;
    const row = Row.fromPartial({ seq: fault === "wrong seq" ? seq + 1 : seq, body: { $case: "message", value: message } });
    const others = request.receiverType === ReceiverType.GROUP ? [...this.#sockets.keys()].filter((uid) => uid !== own) : [request.receiverId];
    for (const uid of others) {
      for (let times = fault === "repeat an event" ? 2 : 1; times > 0; times -= 1) {
        const event = Event.fromPartial({ id: "e", channel: `u:${uid}`, body: { $case: "row", value: row } });
        write(this.#sockets.get(uid), { id: 0, body: { $case: "event", value: event } });
      }
    }
  }
}

function write(socket: WebSocket | undefined, frame: ServerFrame): void {
  socket?.send(ServerFrame.encode(frame).finish());
}

function bodyOf({ body }: SendMessageRequest): Pick<Message, "body"> | object {
  return body === undefined ? {} : { body };
}

function welcomeOf(uid: string) {
  return {
    sessionId: "s", uid, serverTimeMs: 0, heartbeatMs: 25_000, resumeToken: "r", limits: undefined, appId: "a", resumed: false,
  };
}

const refusal = {
  code: ErrorCode.ERR_TOO_MANY_REQUESTS, message: "", retryable: true, retryAfterMs: 1, fields: {}, params: {},
};
