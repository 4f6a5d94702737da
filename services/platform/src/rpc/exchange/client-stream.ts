// The client's side of one stream: credit, matching of replies, and noticing that the other side is gone.

import type { ClientDuplexStream } from "@grpc/grpc-js";
import type { ExchangeRequest, ExchangeResponse } from "@parlance/proto/exchange/v1/exchange";
import { fromErrorDetail } from "../../errors/index.js";
import { toWire } from "../wire-context.js";
import type { PendingCall } from "./pending-call.js";
import { DEAD_AFTER_MS } from "./wire.js";

export type ExchangeClientStream = ClientDuplexStream<ExchangeRequest, ExchangeResponse>;

export interface ClientStreamEvents {
  /** There is room for calls: the stream has opened, credit came back, or the socket took what was written. */
  room(stream: ClientStream): void;
  /** The server wants no further calls on this stream. */
  draining(stream: ClientStream): void;
  /** It is over; its unanswered calls have been failed. */
  ended(stream: ClientStream, cause: unknown): void;
}

export class ClientStream {
  readonly #stream: ExchangeClientStream;
  readonly #events: ClientStreamEvents;
  readonly #inFlight = new Map<number, PendingCall>();
  #credit = 0;
  #opened = false;
  #draining = false;
  #blocked = false;
  #ended = false;
  #halfClosed = false;
  #pings = 0;
  #heardAt: number;

  constructor(stream: ExchangeClientStream, now: number, events: ClientStreamEvents) {
    this.#stream = stream;
    this.#events = events;
    this.#heardAt = now;
    stream.on("drain", () => {
      this.#blocked = false;
      events.room(this);
    });
    stream.on("error", (error) => this.#end(error));
    stream.on("end", () => this.#end(undefined));
  }

  /** `monotonic` tells when something was heard. */
  listen(monotonic: () => number): void {
    this.#stream.on("data", (frame: ExchangeResponse) => {
      this.#heardAt = monotonic();
      this.#onFrame(frame);
    });
  }

  /** The server has answered on it. */
  get opened(): boolean {
    return this.#opened;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Calls that may be sent now. */
  get room(): number {
    return this.#draining || this.#blocked || this.#ended ? 0 : this.#credit;
  }

  send(calls: readonly PendingCall[], now: number): void {
    this.#credit -= calls.length;
    const wires = calls.map((call) => {
      call.sent = true;
      this.#inFlight.set(call.id, call);
      const context = toWire(call.context, call.deadlineAt - now);
      return { id: call.id, method: call.method, context, request: call.request };
    });
    this.#write({ calls: wires, cancels: [], ping: 0 });
  }

  cancel(ids: readonly number[]): void {
    const here = ids.filter((id) => this.#inFlight.has(id));
    if (here.length > 0) this.#write({ calls: [], cancels: here, ping: 0 });
  }

  /** Ends a stream that has been silent for too long, and asks the others for a sign. */
  ping(now: number): void {
    if (now - this.#heardAt > DEAD_AFTER_MS) return this.close(new Error("the peer is silent"));
    this.#pings = (this.#pings % 0xffffffff) + 1;
    this.#write({ calls: [], cancels: [], ping: this.#pings });
  }

  close(cause: unknown): void {
    if (this.#ended) return;
    this.#end(cause);
    this.#stream.cancel();
  }

  #write(frame: ExchangeRequest): void {
    if (!this.#ended && !this.#halfClosed) this.#blocked = !this.#stream.write(frame) || this.#blocked;
  }

  #onFrame(frame: ExchangeResponse): void {
    if (this.#ended) return;
    this.#opened = true;
    this.#credit += frame.credit;
    for (const reply of frame.replies) {
      const call = this.#inFlight.get(reply.id);
      if (call === undefined) continue;
      this.#inFlight.delete(reply.id);
      if (reply.error === undefined) call.succeed(reply.response);
      else call.fail(fromErrorDetail(reply.error));
    }
    if (frame.drain) {
      this.#draining = true;
      this.#events.draining(this);
    }
    if (this.#draining && this.#inFlight.size === 0) this.#halfClose();
    else if (frame.credit > 0) this.#events.room(this);
  }

  /** Tells the server, which waits for it, that nothing is on its way any more. */
  #halfClose(): void {
    if (this.#halfClosed) return;
    this.#halfClosed = true;
    this.#stream.end();
  }

  #end(cause: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const call of this.#inFlight.values()) call.lose("The connection was lost.", cause);
    this.#inFlight.clear();
    this.#events.ended(this, cause);
  }
}
