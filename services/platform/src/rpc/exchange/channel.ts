import { fail } from "../../errors/index.js";
import { BoundedQueue, exportQueue } from "../../limits/index.js";
import type { Log } from "../../log/index.js";
import type { Metrics } from "../../metrics/index.js";
import type { RpcChannel } from "../channel.js";
import { contractTable, deadlineOf, methodContract, type ContractTable } from "../contract.js";
import { whenCancelled, type OutgoingContext } from "../context.js";
import { Deadlines } from "../deadlines.js";
import { Connection, type ConnectionEvents, type ConnectionOptions } from "./connection.js";
import { PendingCall, type Settlement } from "./pending-call.js";
import { BATCH_BYTES_MAX, BATCH_ITEMS_MAX, PAYLOAD_BYTES_MAX } from "./wire.js";

export interface ExchangeChannelOptions extends ConnectionOptions {
  /** What is called, for logs and figures: `messaging`, … */
  readonly target: string;
  readonly log: Log;
  /** Where the queue of waiting calls is shown, under the name of the target; left out where it has several channels. */
  readonly metrics?: Metrics | undefined;
  readonly contract?: ContractTable;
}

const WAITING_CALLS_MAX = 4_096;
const WAITING_BYTES_MAX = 4 * 1_048_576;
/** What a waiting call takes besides its request. */
const CALL_BYTES = 200;
const BUSY_RETRY_MS = 100;

/**
 * Calls over one batched stream to one address. A call made while the stream is being opened waits for that one attempt
 * and fails with it; a call that had been sent when the stream broke has an unknown outcome, one that had not is undone.
 */
export class ExchangeChannel implements RpcChannel, ConnectionEvents {
  readonly #options: ExchangeChannelOptions;
  readonly #table: ContractTable;
  readonly #log: Log;
  readonly #waiting: BoundedQueue<PendingCall>;
  readonly #deadlines: Deadlines;
  readonly #connection: Connection;
  #cancels: number[] = [];
  #lastId = 0;
  #scheduled = false;
  #closed = false;
  #away = false;
  #reachable = false;

  constructor(options: ExchangeChannelOptions) {
    const { target, log, metrics, clock, contract = contractTable } = options;
    this.#options = options;
    this.#table = contract;
    this.#log = log.child({ target });
    this.#waiting = new BoundedQueue({
      name: `exchange.${target}`, itemsMax: WAITING_CALLS_MAX, bytesMax: WAITING_BYTES_MAX, clock,
    });
    if (metrics !== undefined) exportQueue(metrics, this.#waiting);
    this.#deadlines = new Deadlines(clock);
    this.#connection = new Connection(options, this);
  }

  /** A stream is open that takes calls. */
  get reachable(): boolean {
    return this.#reachable;
  }

  call(method: string, request: Uint8Array, context: OutgoingContext): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const settled = (call: PendingCall) => this.#deadlines.remove(call);
      this.#enqueue(method, request, context, { resolve, reject, settled });
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#reachable = false;
    this.#connection.close();
    this.#failWaiting("The channel is closed.");
    this.#deadlines.close();
    return Promise.resolve();
  }

  room(): void {
    if (this.#waiting.depth > 0) this.#schedule();
  }

  opened(): void {
    this.#away = false;
    this.#reachable = true;
    this.#log.info({}, "exchange stream opened");
  }

  /** What waits was not sent, so its callers may go to another pod at once. */
  drained(): void {
    this.#reachable = false;
    this.#log.info({}, "exchange target is about to stop");
    this.#failWaiting("The service is about to stop.");
  }

  lost(cause: unknown): void {
    this.#reachable = false;
    this.#log.warn({ cause }, "exchange stream lost");
    this.#failWaiting("The connection was lost.", cause);
  }

  unreachable(cause: unknown): void {
    // Once per absence, not once per attempt.
    if (!this.#away) this.#log.warn({ cause }, "exchange target unreachable");
    this.#away = true;
    this.#failWaiting("The service cannot be reached.", cause);
  }

  #enqueue(method: string, request: Uint8Array, context: OutgoingContext, settlement: Settlement): void {
    if (this.#closed) return settlement.reject(fail("ERR_OPERATION_FAILED", "The channel is closed."));
    if (!Object.hasOwn(this.#table.methods, method)) return settlement.reject(fail("ERR_API_NOT_FOUND"));
    if (request.length > PAYLOAD_BYTES_MAX) return settlement.reject(fail("ERR_PAYLOAD_TOO_LARGE"));
    const deadlineAt = deadlineOf(methodContract(this.#table, method), context, this.#options.clock.now());
    this.#lastId = (this.#lastId % 0xffffffff) + 1;
    const call = new PendingCall({ id: this.#lastId, method, request }, context, deadlineAt, settlement);
    if (!this.#waiting.push(call, request.length + CALL_BYTES)) {
      return settlement.reject(fail("ERR_TOO_MANY_REQUESTS", undefined, { retryAfterMs: BUSY_RETRY_MS }));
    }
    this.#deadlines.add(call);
    call.stopListening = whenCancelled(context, () => this.#cancel(call));
    this.#schedule();
  }

  #cancel(call: PendingCall): void {
    if (call.isSettled) return;
    if (call.sent) {
      this.#cancels.push(call.id);
      this.#schedule();
    }
    call.giveUp("The caller gave up.");
  }

  /** What is called in this turn of the event loop goes out together after it. */
  #schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#closed) return;
    if (this.#cancels.length > 0) {
      this.#connection.cancel(this.#cancels);
      this.#cancels = [];
    }
    const stream = this.#connection.stream;
    if (stream === undefined) return;
    const now = this.#options.clock.now();
    while (stream.room > 0 && this.#waiting.depth > 0) {
      const batch = this.#waiting.drain(Math.min(BATCH_ITEMS_MAX, stream.room), BATCH_BYTES_MAX);
      const calls = batch.filter((call) => !call.isSettled);
      if (calls.length > 0) stream.send(calls, now);
    }
  }

  #failWaiting(why: string, cause?: unknown): void {
    for (const call of this.#waiting.drain()) call.lose(why, cause);
  }
}

export function createExchangeChannel(options: ExchangeChannelOptions): ExchangeChannel {
  return new ExchangeChannel(options);
}
