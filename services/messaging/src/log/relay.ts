// The row is its own outbox row (reliability.md W17). After the commit rows come here in commit order and are published
// in that order; how far it came is stored lazily, because publishing twice is harmless and never is not.
//
//   offer → live: publish at once ──(log refuses, queue full, a position is missing)──> behind: read from the store
//                     ▲                                                                        │
//                     └────────────────── caught up with the newest commit ────────────────────┘
import type { EventLog } from "@parlance/platform/eventlog";
import type { Component } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import type { Random } from "@parlance/platform/random";
import type { Clock, Timer } from "@parlance/platform/time";
import { recordsOf, type PublishableRow } from "./row-records.js";
import type { RowOutbox } from "../store/ports.js";

const QUEUE_MAX = 10_000;
const READ_MAX = 500;
const SWEEP_MS = 2_000;
// What is published twice after a kill is at most what this time brings (P11).
const MARK_MS = 200;
const RETRY_MS = 100;
const RETRY_MAX_MS = 5_000;

type OfferedRow = PublishableRow & { readonly position: number };

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
  /** Everything at or below this position is in the event log. */
  #through = 0;
  #marked = 0;
  #behind = true;
  #running = false;
  #stopped = false;
  #offered = 0;
  readonly #timers: Timer[] = [];

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#through = this.#marked = await this.#parts.outbox.publishedThrough();
    this.#timers.push(this.#parts.clock.every(SWEEP_MS, () => void this.#sweep()));
    this.#timers.push(this.#parts.clock.every(MARK_MS, () => void this.#mark()));
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    await this.#mark();
  }

  /** Committed rows in commit order. */
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

  /** Finds what was never offered: rows of a writer that died. In the usual case the store holds nothing beyond. */
  async #sweep(): Promise<void> {
    if (this.#running || this.#stopped || this.#queue.length > 0) return;
    const offeredBefore = this.#offered;
    const beyond = await this.#parts.outbox.unpublished(this.#through, 1).catch(() => []);
    // Rows offered meanwhile are on their way already.
    if (beyond.length > 0 && offeredBefore === this.#offered && !this.#running) this.#fallBehind();
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
    // Positions are dense: when the last fits, none is missing.
    if (rows.at(-1)!.position !== this.#through + rows.length) {
      this.#behind = true;
      return;
    }
    await this.#publish(rows);
  }

  async #catchUp(): Promise<void> {
    const offeredBefore = this.#offered;
    const rows = await this.#parts.outbox.unpublished(this.#through, READ_MAX);
    if (rows.length > 0) await this.#publish(rows.map((row) => ({ ...row, origin: undefined })));
    // What was offered since the read began was not queued; only a read that nothing overtook ends being behind.
    if (rows.length < READ_MAX && offeredBefore === this.#offered) this.#behind = false;
  }

  async #publish(rows: readonly OfferedRow[]): Promise<void> {
    await this.#parts.eventLog.append(rows.flatMap(recordsOf));
    this.#through = rows.at(-1)!.position;
  }

  async #mark(): Promise<void> {
    if (this.#marked === this.#through) return;
    const through = this.#through;
    await this.#parts.outbox.markPublished(through).then(
      () => (this.#marked = through),
      (error: unknown) => this.#parts.log.warn({ err: error }, "the published position could not be stored"),
    );
  }
}
