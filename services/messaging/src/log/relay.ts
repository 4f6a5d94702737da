// The row is its own outbox row (reliability.md W17). After the commit rows come here in the order of their logs and are
// published in that order; how far it came is stored lazily, because publishing twice is harmless and never is not.
//
//   offer → live: publish at once ──(log refuses, queue full, one is missing)─────────> behind: read from the store
//                     ▲                                                                        │
//                     └────────────────── caught up with the newest commit ────────────────────┘
import type { EventLog } from "@parlance/platform/eventlog";
import type { Component } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import type { Random } from "@parlance/platform/random";
import type { Clock, Timer } from "@parlance/platform/time";
import { recordsOf, type PublishableRow } from "./row-records.js";
import type { PlacedRow, Publication, RowOutbox } from "../store/ports.js";

const QUEUE_MAX = 10_000;
const READ_MAX = 500;
const SWEEP_MS = 2_000;
// What is published twice after a kill is at most what this time brings (P11).
const FLUSH_MS = 200;
const RETRY_MS = 100;
const RETRY_MAX_MS = 5_000;

type OfferedRow = PublishableRow & PlacedRow;

export interface RelayParts {
  readonly outbox: RowOutbox;
  readonly eventLog: Pick<EventLog<never>, "append">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export class RowRelay implements Component {
  readonly name = "row-relay";
  readonly #parts: RelayParts;
  #queue: OfferedRow[] = [];
  #publication: Publication | undefined;
  #behind = true;
  #running = false;
  #stopped = false;
  #offered = 0;
  readonly #timers: Timer[] = [];

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#publication = await this.#parts.outbox.publication();
    this.#timers.push(this.#parts.clock.every(SWEEP_MS, () => void this.#sweep()));
    this.#timers.push(this.#parts.clock.every(FLUSH_MS, () => void this.#flush()));
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    await this.#publication?.close().catch((error: unknown) => this.#notStored(error));
  }

  /** Committed rows, in the order of their logs. */
  offer(rows: readonly OfferedRow[]): void {
    if (rows.length === 0 || this.#stopped) return;
    this.#offered += 1;
    if (this.#behind) return;
    if (this.#queue.length + rows.length > QUEUE_MAX) {
      // Not taken: the rows are in the store, and reading them from there is what being behind means (Q11).
      this.#fallBehind();
      return;
    }
    this.#queue.push(...rows);
    this.#wake();
  }

  get idle(): boolean {
    return !this.#running && !this.#behind && this.#queue.length === 0;
  }

  #fallBehind(): void {
    this.#queue = [];
    this.#behind = true;
    this.#wake();
  }

  /** Finds what was never offered: rows of a writer that died. */
  async #sweep(): Promise<void> {
    if (this.#stopped) return;
    const offeredBefore = this.#offered;
    const found = await this.#publication?.sweep().catch(() => false);
    // Rows offered meanwhile are on their way already.
    if (found === true && offeredBefore === this.#offered && !this.#running) this.#fallBehind();
  }

  #wake(): void {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    queueMicrotask(() => void this.#run());
  }

  async #run(): Promise<void> {
    let wait = RETRY_MS;
    while (!this.#stopped && (this.#behind || this.#queue.length > 0)) {
      try {
        if (this.#behind) await this.#catchUp();
        else await this.#publishQueue();
        wait = RETRY_MS;
      } catch (error) {
        this.#parts.log.warn({ err: error }, "rows could not be published, trying again");
        this.#queue = [];
        this.#behind = true;
        await this.#parts.clock.sleep(wait + this.#parts.random.fullJitter(wait));
        wait = Math.min(wait * 2, RETRY_MAX_MS);
      }
    }
    this.#running = false;
  }

  async #publishQueue(): Promise<void> {
    const rows = this.#queue;
    this.#queue = [];
    if (this.#publication?.follows(rows) === true) await this.#publish(rows);
    else this.#behind = true;
  }

  async #catchUp(): Promise<void> {
    const offeredBefore = this.#offered;
    const rows = await this.#publication!.unpublished(READ_MAX);
    if (rows.length > 0) await this.#publish(rows.map((row) => ({ ...row, origin: undefined })));
    // What was offered since the read began was not queued; only a read that nothing overtook ends being behind.
    if (rows.length < READ_MAX && offeredBefore === this.#offered) this.#behind = false;
  }

  async #publish(rows: readonly OfferedRow[]): Promise<void> {
    await this.#parts.eventLog.append(rows.flatMap(recordsOf));
    this.#publication!.published(rows);
  }

  async #flush(): Promise<void> {
    await this.#publication?.flush().catch((error: unknown) => this.#notStored(error));
  }

  #notStored(error: unknown): void {
    this.#parts.log.warn({ err: error }, "how far rows are published could not be stored");
  }
}
