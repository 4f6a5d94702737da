// The server's side of one stream; exchange.proto tells the protocol.

import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { Call, ExchangeRequest, ExchangeResponse, Reply } from "@parlance/proto/exchange/v1/exchange";
import { fail, toErrorDetail, type AppError } from "../../errors/index.js";
import type { Clock } from "../../time/index.js";
import type { OutgoingContext, ServerCall } from "../context.js";
import type { RpcServer } from "../server.js";
import { fromWire } from "../wire-context.js";
import { BATCH_BYTES_MAX, BATCH_ITEMS_MAX, CREDIT, DEAD_AFTER_MS, PAYLOAD_BYTES_MAX } from "./wire.js";

export type ExchangeServerStream = ServerDuplexStream<ExchangeRequest, ExchangeResponse>;

const NOTHING = new Uint8Array(0);

/** Runs the calls of one stream. What it holds is bounded by the credit it gave. */
export class ServerStream {
  readonly #stream: ExchangeServerStream;
  readonly #rpc: RpcServer;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #running = new Map<number, ServerCall | undefined>();
  #replies: Reply[] = [];
  #pong = 0;
  #drain = false;
  #scheduled = false;
  #blocked = false;
  #closed = false;
  #heardAt: number;

  constructor(stream: ExchangeServerStream, rpc: RpcServer, clock: Pick<Clock, "monotonic">) {
    this.#stream = stream;
    this.#rpc = rpc;
    this.#clock = clock;
    this.#heardAt = clock.monotonic();
    stream.on("data", (frame: ExchangeRequest) => this.#onFrame(frame));
    stream.on("drain", () => {
      this.#blocked = false;
      this.#schedule();
    });
    // The client has half-closed after a drain: what it waited for is answered.
    stream.on("end", () => this.close());
    stream.on("error", () => this.#abandon());
    stream.on("cancelled", () => this.#abandon());
    stream.write({ replies: [], credit: CREDIT, pong: 0, drain: false });
  }

  get running(): number {
    return this.#running.size;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Asks the client for no further calls. */
  drain(): void {
    this.#drain = true;
    this.#schedule();
  }

  /** Ends a stream whose client has been silent for too long. */
  checkAlive(): void {
    if (this.#clock.monotonic() - this.#heardAt > DEAD_AFTER_MS) this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#abandon();
    this.#stream.end();
  }

  /** Nobody hears the answers any more. */
  #abandon(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const call of this.#running.values()) call?.cancel();
    this.#running.clear();
    this.#replies = [];
  }

  #onFrame(frame: ExchangeRequest): void {
    if (this.#closed) return;
    this.#heardAt = this.#clock.monotonic();
    for (const id of frame.cancels) this.#running.get(id)?.cancel();
    for (const call of frame.calls) {
      // Only a client that does not keep to the protocol comes here.
      if (this.#running.size >= CREDIT || this.#running.has(call.id)) return this.close();
      this.#start(call);
    }
    if (frame.ping !== 0) {
      this.#pong = frame.ping;
      this.#schedule();
    }
  }

  #start({ id, method, context: wire, request }: Call): void {
    let context: OutgoingContext;
    try {
      context = fromWire(wire);
    } catch (error) {
      return this.#reply(id, error as AppError, NOTHING);
    }
    this.#running.set(id, undefined);
    const call = this.#rpc.start(method, request, context, (error, response) => {
      this.#running.delete(id);
      this.#reply(id, error, response);
    });
    if (this.#running.has(id)) this.#running.set(id, call);
  }

  #reply(id: number, error: AppError | undefined, response: Uint8Array): void {
    if (this.#closed) return;
    if (error !== undefined) this.#replies.push({ id, response: NOTHING, error: toErrorDetail(error) });
    else if (response.length > PAYLOAD_BYTES_MAX) {
      this.#replies.push({ id, response: NOTHING, error: toErrorDetail(fail("ERR_PAYLOAD_TOO_LARGE")) });
    } else this.#replies.push({ id, response, error: undefined });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#blocked || this.#closed) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    while (!this.#closed && !this.#blocked && (this.#replies.length > 0 || this.#pong !== 0 || this.#drain)) {
      const replies = this.#nextBatch();
      const frame: ExchangeResponse = { replies, credit: replies.length, pong: this.#pong, drain: this.#drain };
      this.#pong = 0;
      this.#drain = false;
      this.#blocked = !this.#stream.write(frame);
    }
  }

  #nextBatch(): Reply[] {
    let bytes = 0;
    let count = 0;
    for (const { response } of this.#replies) {
      bytes += response.length;
      if (count > 0 && (count === BATCH_ITEMS_MAX || bytes > BATCH_BYTES_MAX)) break;
      count += 1;
    }
    if (count === this.#replies.length) {
      const all = this.#replies;
      this.#replies = [];
      return all;
    }
    return this.#replies.splice(0, count);
  }
}
