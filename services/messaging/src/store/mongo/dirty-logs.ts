// What this writer has written and may not have published (reliability.md W17), without a write per row. Before its first row
// of a log a writer leaves a mark in the store, and takes it away when all is published and the log has been still for a
// minute. So whatever is unpublished has a mark, and in the steady state a row costs nothing beyond itself.
//
// Others take over the marks of a writer whose beat has stopped: they publish after SILENT_MS, which may be wrong and then
// only says things twice, and take marks away after GONE_MS, which must not be wrong: so a writer that could not beat for
// TRUST_MS marks anew before it writes. Every time is measured on one clock, from when the beat was sent or first seen.
import { isDuplicate } from "@parlance/platform/mongo";
import { fail } from "@parlance/platform/errors";
import type { Clock } from "@parlance/platform/time";
import type { ConversationId } from "../../domain/conversation.js";
import { dirtyKey, handleKey, type Collections, type Log } from "./documents.js";
import type { Rows } from "./rows.js";

export const BEAT_MS = 1_000;
const TRUST_MS = 30_000;
const STILL_MS = 60_000;

/** A log with rows that may not be published. */
export interface DirtyLog extends Log {
  readonly conversation: ConversationId;
  /** This writer's mark is in the store. */
  marked: boolean;
  /** Writes under way. */
  writing: number;
  /** The event log has all up to here. */
  published: number;
  /** So much of that is stored. */
  stored: number;
  /** The newest row that is known to be committed. */
  committed: number;
  /** All up to here is committed, and what those rows do is done. */
  done: number;
  /** When it was last written (monotonic). */
  usedAt: number;
  storedAt: number;
}

/** Of a log that another writer left: what the store has as published, what is known to be, and the newest row. */
export interface Ends {
  readonly stored: number;
  readonly published: number;
  readonly head: number;
}

export class DirtyLogs {
  readonly #all: Collections;
  readonly #rows: Rows;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly writer: string;
  readonly #logs = new Map<string, DirtyLog>();
  #beatSentAt = -Infinity;
  #beats = 0;
  #doubtful = false;
  #leaving: Promise<unknown> = Promise.resolve();

  constructor(all: Collections, rows: Rows, clock: Pick<Clock, "monotonic">, writer: string) {
    this.#all = all;
    this.#rows = rows;
    this.#clock = clock;
    this.writer = writer;
  }

  get logs(): Iterable<DirtyLog> {
    return this.#logs.values();
  }

  get(app: string, handle: number): DirtyLog | undefined {
    return this.#logs.get(handleKey(app, handle));
  }

  /** Marks the logs that this writer is about to write, if it has not; their `writing` is up until `written`. */
  async enter(logs: readonly (Log & { readonly conversation: ConversationId })[]): Promise<DirtyLog[]> {
    await this.#leaving;
    await this.#trusted();
    const entered = logs.map((log) => this.#known(log));
    for (const log of entered) log.writing += 1;
    try {
      const unmarked = entered.filter((log) => !log.marked);
      if (unmarked.length > 0) await this.#mark(unmarked);
    } catch (error) {
      this.written(entered);
      throw error;
    }
    return entered;
  }

  /** A write failed: the next one begins with one that may fail without harm, so that a store that is away refuses. */
  doubt(): void {
    this.#doubtful = true;
  }

  written(logs: readonly DirtyLog[]): void {
    for (const log of logs) log.writing -= 1;
  }

  /** A log of a writer that is gone, or of one that is taken for it. */
  adopt(log: Log & { readonly conversation: ConversationId }, { stored, published, head }: Ends): void {
    const known = this.#known(log);
    if (known.committed === 0) known.done = published;
    known.stored = Math.max(known.stored, stored);
    known.published = Math.max(known.published, published);
    known.committed = Math.max(known.committed, head);
  }

  async beat(): Promise<void> {
    const sentAt = this.#clock.monotonic();
    await this.#all.writers.updateOne({ _id: this.writer }, { $set: { n: (this.#beats += 1) }, $setOnInsert: { c: 0 } }, { upsert: true });
    // Marks from before a long silence may have been taken away by others.
    if (sentAt - this.#beatSentAt > TRUST_MS) for (const log of this.#logs.values()) log.marked = false;
    this.#beatSentAt = sentAt;
    this.#doubtful = false;
  }

  /** Takes away the marks of logs that are published and still; with `all`, also of those that were written just now. */
  async leave(all: boolean): Promise<void> {
    const still = this.#clock.monotonic() - STILL_MS;
    const left = [...this.#logs.entries()].filter(([, log]) => log.writing === 0 && log.stored >= log.committed && (all || log.usedAt <= still));
    if (left.length === 0) return;
    for (const [key] of left) this.#logs.delete(key);
    const keys = left.filter(([, log]) => log.marked).map(([, log]) => dirtyKey(this.writer, log.app, log.handle));
    // Nobody marks while marks are taken away: one that is put back must not be caught by it.
    this.#leaving = keys.length === 0 ? Promise.resolve() : this.#all.dirty.deleteMany({ _id: { $in: keys } }).catch(() => undefined);
    await this.#leaving;
  }

  /** Ends: a writer without marks is forgotten; one with marks is left to the others. */
  async end(): Promise<void> {
    await this.leave(true);
    if (this.#logs.size === 0) await this.#all.writers.deleteOne({ _id: this.writer });
    this.#beatSentAt = -Infinity;
    for (const log of this.#logs.values()) log.marked = false;
  }

  #known({ app, handle, conversation }: Log & { readonly conversation: ConversationId }): DirtyLog {
    const key = handleKey(app, handle);
    const known = this.#logs.get(key) ?? {
      app, handle, conversation, marked: false, writing: 0, published: 0, stored: 0, committed: 0, done: 0,
      usedAt: this.#clock.monotonic(), storedAt: -Infinity,
    };
    this.#logs.set(key, known);
    return known;
  }

  async #trusted(): Promise<void> {
    if (this.#doubtful || this.#clock.monotonic() - this.#beatSentAt > TRUST_MS) await this.beat();
  }

  async #mark(logs: readonly DirtyLog[]): Promise<void> {
    const docs = logs.map(({ app, handle, conversation }) => ({
      _id: dirtyKey(this.writer, app, handle), a: app, r: conversation.ref, h: handle,
    }));
    try {
      await this.#all.dirty.insertMany(docs, { ordered: false });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    const published = await this.#rows.publishedOf(logs);
    logs.forEach((log, i) => {
      log.marked = true;
      if (log.committed === 0) log.published = log.stored = log.committed = log.done = published[i]!;
    });
    if (this.#clock.monotonic() - this.#beatSentAt > TRUST_MS) throw fail("ERR_OPERATION_FAILED", "the store is too slow to write to");
  }
}
