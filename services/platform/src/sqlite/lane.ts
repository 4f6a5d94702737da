// The main thread's side: commands wait in a bounded queue (Q9) and leave in batches. There is no timer and no minimum
// (W7): an idle executor takes what this tick has queued; a busy one takes, when it is done, whatever has come meanwhile.
// So a lone command costs one round trip, and under load the batch grows by itself.
import { fail, type ErrorName } from "../errors/index.js";
import { BoundedQueue } from "../limits/index.js";
import type { Clock } from "../time/index.js";
import type { Executor } from "./executor.js";
import { fromFailure, toFailure } from "./failure.js";
import { sizeOf } from "./pack.js";
import type { Reply, Work } from "./protocol.js";

interface Command {
  readonly name: string;
  readonly args: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface LaneOptions {
  readonly name: string;
  readonly executors: readonly Executor[];
  readonly clock: Clock;
  readonly commandsMax: number;
  /** How a flush is put off to the end of the tick. */
  readonly schedule: (flush: () => void) => void;
}

const BATCH_COMMANDS_MAX = 500;
const BATCH_BYTES_MAX = 1 << 20;
const QUEUE_BYTES_MAX = 16 << 20;
// A full queue is worked off in about this time.
const RETRY_AFTER_MS = 200;

export class Lane {
  readonly queue: BoundedQueue<Command>;
  readonly #idle: Executor[];
  readonly #executors: readonly Executor[];
  readonly #schedule: (flush: () => void) => void;
  readonly #flush = () => this.#flushNow();
  #scheduled = false;
  #closed = false;
  #lost = false;
  #whenDrained: (() => void) | undefined;
  /** Batches so far. */
  batches = 0;

  constructor({ name, executors, clock, commandsMax, schedule }: LaneOptions) {
    this.queue = new BoundedQueue({ name, itemsMax: commandsMax, bytesMax: QUEUE_BYTES_MAX, clock });
    this.#executors = executors;
    this.#idle = [...executors];
    this.#schedule = schedule;
  }

  get isIdle(): boolean {
    return this.queue.depth === 0 && this.#idle.length === this.#executors.length;
  }

  submit(name: string, args: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(fail("ERR_OPERATION_FAILED", undefined, { cause: new Error("the store is closed") }));
      if (!this.queue.push({ name, args, resolve, reject }, sizeOf(args))) {
        return reject(fail("ERR_TOO_MANY_REQUESTS", undefined, { retryAfterMs: RETRY_AFTER_MS }));
      }
      if (this.#scheduled || this.#idle.length === 0) return;
      this.#scheduled = true;
      this.#schedule(this.#flush);
    });
  }

  /** Takes no more commands; resolves when those it has are answered. */
  async close(): Promise<void> {
    this.#closed = true;
    if (!this.isIdle && !this.#lost) await new Promise<void>((resolve) => (this.#whenDrained = resolve));
  }

  /** The executors are gone: nothing that waits will ever be done. */
  abandon(error: unknown): void {
    this.#closed = true;
    this.#lost = true;
    rejectAll(this.queue.drain(), "ERR_OPERATION_FAILED", error);
    this.#whenDrained?.();
  }

  /** Runs `task` on an executor if none of them has anything to do. */
  async whenIdle(task: (executor: Executor) => Promise<void>): Promise<void> {
    const executor = this.#closed || !this.isIdle ? undefined : this.#idle.pop();
    if (executor === undefined) return;
    await task(executor);
    this.#done(executor);
  }

  #flushNow(): void {
    this.#scheduled = false;
    while (this.queue.depth > 0) {
      const share = Math.ceil(this.queue.depth / this.#idle.length);
      const executor = this.#idle.pop();
      if (executor === undefined) return;
      void this.#run(executor, this.queue.drain(Math.min(share, BATCH_COMMANDS_MAX), BATCH_BYTES_MAX));
    }
  }

  async #run(executor: Executor, batch: readonly Command[]): Promise<void> {
    this.batches++;
    try {
      const reply = await executor.run(workOf(batch));
      // The next batch leaves before this one is told, so that the executor does not wait for the callers.
      this.#done(executor);
      settle(batch, reply);
    } catch (error) {
      if (isCloneError(error)) return this.#retryWithout(executor, batch);
      // Lost with this batch under way: it may have been committed (P3, unknown).
      rejectAll(batch, "ERR_MISSION_FAILED", error);
    }
  }

  /** One caller's arguments cannot cross: the others of its batch must not suffer. Nothing was sent yet. */
  #retryWithout(executor: Executor, batch: readonly Command[]): void {
    const good = batch.filter((command) => {
      try {
        structuredClone(command.args);
        return true;
      } catch (error) {
        command.reject(fromFailure(toFailure(error)));
        return false;
      }
    });
    if (good.length > 0) void this.#run(executor, good);
    else this.#done(executor);
  }

  #done(executor: Executor): void {
    this.#idle.push(executor);
    this.#flushNow();
    if (this.#whenDrained !== undefined && this.isIdle) this.#whenDrained();
  }
}

function workOf(batch: readonly Command[]): Work {
  return { commands: batch.map((command) => command.name), args: batch.map((command) => command.args) };
}

function settle(batch: readonly Command[], reply: Reply): void {
  if ("refused" in reply) {
    for (const command of batch) command.reject(fromFailure(reply.refused));
    return;
  }
  // Rejected first: a promise that is settled once ignores the second time.
  for (const [index, failure] of reply.failures ?? []) batch[index]?.reject(fromFailure(failure));
  for (const [index, command] of batch.entries()) command.resolve(reply.results[index]);
}

function rejectAll(batch: readonly Command[], name: ErrorName, cause: unknown): void {
  for (const command of batch) command.reject(fail(name, undefined, { cause }));
}

function isCloneError(error: unknown): boolean {
  return error instanceof DOMException && error.name === "DataCloneError";
}
