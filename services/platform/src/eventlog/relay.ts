/**
 * Carries committed facts from a service's outbox to the event log, in the order of the commits.
 *
 *   pending → append → published, one batch at a time, until the outbox is empty
 *
 * Whoever commits an entry calls nudge(). What a crash left behind is found by the sweeper. A crash between append
 * and published repeats the batch: same ids, same bytes. When the log refuses, the entries stay and the relay tries
 * again, for ever: nothing is dropped and nothing overtakes. Only a record the log says it will never take is put
 * aside as a dead letter, so that it does not stop the rest.
 */
import { isRetryable, AppError, type ErrorName } from "../errors/index.js";
import type { Component } from "../lifecycle/index.js";
import type { Log } from "../log/index.js";
import type { Random } from "../random/index.js";
import type { Clock, Timer } from "../time/index.js";
import type { OutboxEntry, OutboxStore } from "./outbox.js";
import type { DeadLetters, EventLog } from "./port.js";

const BATCH_MAX = 256;
const SWEEP_EVERY_MS = 2_000;
const BACKOFF_FROM_MS = 100;
const BACKOFF_MAX_MS = 5_000;

export type RelayOptions = {
  /** Names it in logs and as the consumer of dead letters. */
  readonly name: string;
  readonly store: OutboxStore;
  readonly eventLog: Pick<EventLog<unknown>, "append">;
  readonly deadLetters: Pick<DeadLetters, "put">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly batchMax?: number;
  readonly sweepEveryMs?: number;
};

export class Relay implements Component {
  readonly name: string;
  readonly #options: RelayOptions;
  readonly #batchMax: number;
  readonly #stop = new AbortController();
  #sweeper: Timer | undefined;
  #running: Promise<void> | undefined;
  #nudged = false;
  /** Those who asked for a flush, in that order. */
  readonly #flushing: ((isPublished: boolean) => void)[] = [];
  #failures = 0;

  constructor(options: RelayOptions) {
    this.name = `relay.${options.name}`;
    this.#options = options;
    this.#batchMax = options.batchMax ?? BATCH_MAX;
  }

  async start(): Promise<void> {
    this.#sweeper = this.#options.clock.every(this.#options.sweepEveryMs ?? SWEEP_EVERY_MS, () => this.nudge());
    this.nudge();
  }

  /** Ends after the batch in hand; what is left is published by the next start. */
  async stop(): Promise<void> {
    this.#sweeper?.cancel();
    this.#stop.abort();
    await this.#running;
    this.#answerFlushes(this.#flushing.length, false);
  }

  /** Says that there may be something new. Costs nothing when it is already at work. */
  nudge(): void {
    this.#nudged = true;
    if (this.#running !== undefined || this.#stop.signal.aborted || this.#sweeper === undefined) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#nudged) this.nudge();
    });
  }

  /**
   * True when everything that was committed before the call is in the log or put aside; false when the relay does not run.
   * Waits for as long as the log refuses.
   */
  flush(): Promise<boolean> {
    if (this.#sweeper === undefined || this.#stop.signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#flushing.push(resolve);
      this.nudge();
    });
  }

  /** True when the outbox is empty and nothing is under way. */
  async caughtUp(): Promise<boolean> {
    if (this.#running !== undefined) return false;
    return (await this.#options.store.pending(1)).length === 0;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#nudged = false;
      // What they wait for is in what is read from here on; those who come later have another look of their own.
      const asked = this.#flushing.length;
      try {
        const entries = await this.#options.store.pending(this.#batchMax);
        if (entries.length > 0) await this.#publish(entries);
        this.#failures = 0;
        if (entries.length < this.#batchMax) this.#answerFlushes(asked, true);
        if (entries.length < this.#batchMax && !this.#nudged) return;
      } catch (error) {
        await this.#backOff(error);
      }
    }
  }

  #answerFlushes(count: number, isPublished: boolean): void {
    for (const answer of this.#flushing.splice(0, count)) answer(isPublished);
  }

  async #publish(entries: readonly OutboxEntry[]): Promise<void> {
    try {
      await this.#options.eventLog.append(entries.map((entry) => entry.record));
    } catch (error) {
      if (!isNeverTaken(error)) throw error;
      const [only] = entries;
      if (entries.length > 1 || only === undefined) return this.#publishHalves(entries);
      await this.#putAside(only, error.name);
    }
    await this.#options.store.published(entries.map((entry) => entry.id));
  }

  /** Finds the guilty record in few steps, and keeps the order. */
  async #publishHalves(entries: readonly OutboxEntry[]): Promise<void> {
    const middle = entries.length >> 1;
    await this.#publish(entries.slice(0, middle));
    await this.#publish(entries.slice(middle));
  }

  async #putAside(entry: OutboxEntry, errorCode: ErrorName): Promise<void> {
    const { topic, key, value, headers } = entry.record;
    const { clock, log, deadLetters } = this.#options;
    await deadLetters.put({
      topic, key, value, headers, errorCode,
      partition: 0, offset: entry.id, consumer: this.name, attempts: 1, atMs: clock.now(),
    });
    log.error({ relay: this.name, eventId: headers.id, code: errorCode }, "record will never be taken, dead letter");
  }

  async #backOff(error: unknown): Promise<void> {
    const { clock, random, log } = this.#options;
    if (this.#failures === 0) log.warn({ relay: this.name, error }, "event log refused, will retry");
    const cap = Math.min(BACKOFF_MAX_MS, BACKOFF_FROM_MS * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    const hint = error instanceof AppError ? (error.retryAfterMs ?? 0) : 0;
    await clock.sleep(hint + random.fullJitter(cap), this.#stop.signal).catch(() => undefined);
  }
}

/** Codes by which a log says that this record can never be appended. */
function isNeverTaken(error: unknown): error is AppError {
  return error instanceof AppError && !isRetryable(error)
    && (error.name === "ERR_PAYLOAD_TOO_LARGE" || error.name === "ERR_BAD_REQUEST");
}
