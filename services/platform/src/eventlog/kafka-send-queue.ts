/**
 * One partition group's way into the log: a serial queue whose batch is whatever waits (CK7, CK8). No timer: alone a
 * record leaves at once, under load the batches grow by themselves.
 */
import type { Message } from "kafkajs";
import { fail, type AppError } from "../errors/index.js";
import { BoundedQueue } from "../limits/index.js";
import type { Clock } from "../time/index.js";
import { isTooLarge, refusalOf } from "./kafka-errors.js";
import { QUEUE_BYTES_MAX } from "./weight.js";

const RECORDS_MAX = 10_000;
const BATCH_RECORDS_MAX = 500;
const BATCH_BYTES_MAX = 256 * 1024;

/** The records of one append, over all queues they went to. */
export class Call {
  readonly done: Promise<void>;
  #left: number;
  #failure: AppError | undefined;
  #resolve: () => void = () => undefined;
  #reject: (error: AppError) => void = () => undefined;

  constructor(records: number) {
    this.#left = records;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Nobody waits for the records of a live topic.
    this.done.catch(() => undefined);
  }

  /** Then what still waits of it is not sent: the caller comes again with all of it, in order. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  sent(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#resolve();
  }

  failed(error: AppError): void {
    this.#failure ??= error;
    this.#reject(error);
  }
}

export type Entry = { readonly message: Message; readonly bytes: number; readonly call: Call };

export type SendQueueOptions = {
  readonly name: string;
  readonly send: (messages: Message[]) => Promise<void>;
  readonly clock: Clock;
  readonly bytesMax?: number;
};

export class SendQueue {
  readonly queue: BoundedQueue<Entry>;
  readonly #send: SendQueueOptions["send"];
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor({ name, send, clock, bytesMax = QUEUE_BYTES_MAX }: SendQueueOptions) {
    this.#send = send;
    this.queue = new BoundedQueue({ name, itemsMax: RECORDS_MAX, bytesMax, clock });
  }

  get idle(): boolean {
    return this.#running === undefined;
  }

  hasRoomFor(entries: readonly Entry[]): boolean {
    const { depth, bytes, itemsMax, bytesMax } = this.queue;
    const more = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    return depth === 0 || (depth + entries.length <= itemsMax && bytes + more <= bytesMax);
  }

  /** False when there is no room for it; the queue counts it. */
  push(entry: Entry): boolean {
    const isTaken = this.queue.push(entry, entry.bytes);
    if (isTaken) this.#running ??= this.#run();
    return isTaken;
  }

  /** Resolves when nothing waits and nothing is under way. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** What waits is refused. */
  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    // What comes in this tick goes together.
    await Promise.resolve();
    while (this.queue.depth > 0) {
      const batch = this.queue.drain(BATCH_RECORDS_MAX, BATCH_BYTES_MAX).filter(({ call }) => !call.hasFailed);
      if (this.#stopped) for (const { call } of batch) call.failed(fail("ERR_OPERATION_FAILED", "the event log stops"));
      else if (batch.length > 0) await this.#sendBatch(batch);
    }
    this.#running = undefined;
  }

  async #sendBatch(batch: readonly Entry[]): Promise<void> {
    try {
      await this.#send(batch.map(({ message }) => message));
      for (const { call } of batch) call.sent();
    } catch (error) {
      // A broker may take less than the contract says; only the record that is too large is refused.
      if (isTooLarge(error) && batch.length > 1) return this.#sendHalves(batch);
      for (const { call } of batch) call.failed(refusalOf(error));
    }
  }

  async #sendHalves(batch: readonly Entry[]): Promise<void> {
    const middle = batch.length >> 1;
    await this.#sendBatch(batch.slice(0, middle));
    const rest = batch.slice(middle).filter(({ call }) => !call.hasFailed);
    if (rest.length > 0) await this.#sendBatch(rest);
  }
}
