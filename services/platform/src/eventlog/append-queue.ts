import { fail } from "../errors/index.js";
import { BoundedQueue } from "../limits/index.js";
import type { Clock } from "../time/index.js";
import type { LogRecord } from "./port.js";
import { QUEUE_BYTES_MAX, weightOf } from "./weight.js";

type Waiting = {
  readonly records: readonly LogRecord[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

const CALLS_MAX = 10_000;

export type AppendQueueOptions = {
  readonly write: (records: readonly LogRecord[]) => Promise<void>;
  readonly clock: Clock;
  readonly bytesMax?: number;
};

/**
 * Group commit: everything that came in this tick, or while the last write was under way, is one write. One write at
 * a time, so that order in the log is the order of the calls. A write that fails rejects all its calls; the callers
 * have their records in a store and come again.
 */
export class AppendQueue {
  readonly queue: BoundedQueue<Waiting>;
  readonly #write: (records: readonly LogRecord[]) => Promise<void>;
  #running: Promise<void> | undefined;

  constructor({ write, clock, bytesMax = QUEUE_BYTES_MAX }: AppendQueueOptions) {
    this.#write = write;
    this.queue = new BoundedQueue({ name: "eventlog.append", itemsMax: CALLS_MAX, bytesMax, clock });
  }

  get idle(): boolean {
    return this.#running === undefined;
  }

  /** Resolves when written. Throws at once when it is full: then nothing of the call was taken. */
  push(records: readonly LogRecord[]): Promise<void> {
    let taken = false;
    const written = new Promise<void>((resolve, reject) => {
      taken = this.queue.push({ records, resolve, reject }, weightOf(records));
    });
    if (!taken) throw fail("ERR_TOO_MANY_REQUESTS", "the event log's queue is full", { retryAfterMs: 100 });
    this.#running ??= this.#run();
    return written;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    while (this.queue.depth > 0) {
      const calls = this.queue.drain();
      try {
        await this.#write(calls.flatMap((call) => call.records));
        for (const call of calls) call.resolve();
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
    }
    this.#running = undefined;
  }
}
