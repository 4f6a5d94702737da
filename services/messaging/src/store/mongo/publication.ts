// The outbox of many logs without an order among them: how far each is published, in memory and lazily in the store.
import { isDuplicate, LAZY } from "@parlance/platform/mongo";
import type { Clock } from "@parlance/platform/time";
import type { AppId } from "@parlance/platform/ids";
import type { ConversationRef } from "../../domain/conversation.js";
import type { PlacedRow, Publication, StoredRow } from "../ports.js";
import { BEAT_MS, type DirtyLog, type DirtyLogs } from "./dirty-logs.js";
import { handleKey, keysUnder, type Collections, type DirtyDoc, type RowDoc, type WriterDoc } from "./documents.js";
import type { Effects } from "./effects.js";
import { chunks, type Rows } from "./rows.js";

const SILENT_MS = 4_000;
const GONE_MS = 60_000;
/** A pod that swept up after a writer a moment ago is left to it. */
const CLAIMED_MS = 10_000;
/**
 * A log that is written all the time is stored so often. Its newest row tells more: how far it was published when that was
 * written, so that the next relay says little again (P11).
 */
const STORE_MS = 5_000;
const MARKS_A_PAGE = 500;

export interface PublicationParts {
  readonly all: Collections;
  readonly rows: Rows;
  readonly effects: Effects;
  readonly dirty: DirtyLogs;
  readonly clock: Pick<Clock, "monotonic">;
}

/** Another writer, as seen from here. */
interface Seen {
  beat: number;
  claims: number;
  beatSeenAt: number;
  claimSeenAt: number;
  swept: boolean;
}

export class MongoPublication implements Publication {
  readonly #parts: PublicationParts;
  readonly #seen = new Map<string, Seen>();
  #flushedAt = -Infinity;
  #flushing: Promise<void> | undefined;

  constructor(parts: PublicationParts) {
    this.#parts = parts;
  }

  follows(rows: readonly PlacedRow[]): boolean {
    const next = new Map<DirtyLog, number>();
    return rows.every(({ conversation, position, seq }) => {
      const log = this.#parts.dirty.get(conversation.app, position);
      if (log === undefined || seq !== (next.get(log) ?? log.published + 1)) return false;
      next.set(log, seq + 1);
      return true;
    });
  }

  async unpublished(limit: number): Promise<readonly StoredRow[]> {
    const found: RowDoc[] = [];
    for (const log of Array.from(this.#parts.dirty.logs)) {
      while (log.published < log.committed && found.length < limit) {
        const to = Math.min(log.committed, log.published + limit - found.length);
        const rows = await this.#parts.rows.stretch(log, log.published + 1, to);
        found.push(...rows);
        if (rows.length > 0) break;
        // Erased meanwhile, or a hole that was never filled.
        log.published = Math.max(log.published, to);
      }
    }
    await this.#parts.effects.carryOut(found.filter(({ x, g }) => x !== undefined || g !== undefined));
    return this.#parts.rows.stored(found);
  }

  published(rows: readonly PlacedRow[]): void {
    for (const { conversation, position, seq } of rows) {
      const log = this.#parts.dirty.get(conversation.app, position);
      if (log !== undefined) log.published = Math.max(log.published, seq);
    }
  }

  async sweep(): Promise<boolean> {
    const now = this.#parts.clock.monotonic();
    const writers = await this.#parts.all.writers.find({}).toArray();
    for (const writer of writers) if (writer._id !== this.#parts.dirty.writer) await this.#sweepAfter(writer, now);
    const there = new Set(writers.map(({ _id }) => _id));
    for (const id of this.#seen.keys()) if (!there.has(id)) this.#seen.delete(id);
    return [...this.#parts.dirty.logs].some((log) => log.published < log.committed);
  }

  flush(): Promise<void> {
    if (this.#flushing !== undefined) return this.#flushing;
    const now = this.#parts.clock.monotonic();
    if (now - this.#flushedAt < BEAT_MS) return Promise.resolve();
    this.#flushedAt = now;
    this.#flushing = this.#flush().finally(() => (this.#flushing = undefined));
    return this.#flushing;
  }

  async close(): Promise<void> {
    await this.#flushing?.catch(() => undefined);
    await this.#store([...this.#parts.dirty.logs].filter((log) => log.published > log.stored));
    await this.#parts.dirty.end();
  }

  async #flush(): Promise<void> {
    const now = this.#parts.clock.monotonic();
    await this.#parts.dirty.beat();
    const due = [...this.#parts.dirty.logs].filter((log) => log.published > log.stored && (!log.marked || now - log.storedAt >= STORE_MS));
    await this.#store(due);
    await this.#parts.dirty.leave(false);
  }

  async #store(logs: readonly DirtyLog[]): Promise<void> {
    for (const part of chunks(logs)) {
      const through = part.map((log) => log.published);
      const done = await this.#parts.all.published.bulkWrite(
        part.map((log, i) => ({
          updateOne: { filter: { _id: handleKey(log.app, log.handle) }, update: { $max: { p: through[i]! } }, upsert: true },
        })),
        { ordered: false, writeConcern: LAZY },
      ).then(() => true, (error: unknown) => {
        // Another pod made one of the documents at the same moment; the next time it is there.
        if (isDuplicate(error)) return false;
        throw error;
      });
      if (done) part.forEach((log, i) => {
        log.stored = Math.max(log.stored, through[i]!);
        log.storedAt = this.#parts.clock.monotonic();
      });
    }
  }

  async #sweepAfter(writer: WriterDoc, now: number): Promise<void> {
    const seen = this.#seenOf(writer, now);
    const silent = now - seen.beatSeenAt;
    if (silent < SILENT_MS || (seen.swept && silent < GONE_MS) || now - seen.claimSeenAt < CLAIMED_MS) return;
    const { matchedCount } = await this.#parts.all.writers.updateOne({ _id: writer._id, n: writer.n, c: writer.c }, { $inc: { c: 1 } });
    if (matchedCount === 0) return;
    seen.claims = writer.c + 1;
    await this.#takeOver(writer, silent >= GONE_MS);
    seen.swept = true;
  }

  #seenOf({ _id, n, c }: WriterDoc, now: number): Seen {
    const seen = this.#seen.get(_id) ?? { beat: n, claims: c, beatSeenAt: now, claimSeenAt: -Infinity, swept: false };
    if (seen.beat !== n) Object.assign(seen, { beat: n, beatSeenAt: now, swept: false });
    if (seen.claims !== c) Object.assign(seen, { claims: c, claimSeenAt: now });
    this.#seen.set(_id, seen);
    return seen;
  }

  /** Takes over what a silent writer left; one that is gone for good loses its marks once all is published. */
  async #takeOver({ _id }: WriterDoc, gone: boolean): Promise<void> {
    let after = keysUnder(_id).$gt;
    let left = 0;
    for (;;) {
      const marks = await this.#parts.all.dirty.find({ _id: { $gt: after, $lt: keysUnder(_id).$lt } }).sort({ _id: 1 }).limit(MARKS_A_PAGE).toArray();
      if (marks.length === 0) break;
      after = marks.at(-1)!._id;
      left += await this.#adopt(marks, gone);
    }
    if (gone && left === 0) await this.#parts.all.writers.deleteOne({ _id });
  }

  /** Answers how many marks had to stay. */
  async #adopt(marks: readonly DirtyDoc[], gone: boolean): Promise<number> {
    const logs = marks.map(({ a, r, h }) => ({ app: a, handle: h, conversation: { app: a as AppId, ref: r as ConversationRef } }));
    const [stored, tops] = [await this.#parts.rows.publishedOf(logs), await this.#parts.rows.tops(logs)];
    const clean: string[] = [];
    logs.forEach((log, i) => {
      const { head, row } = tops[i]!;
      const published = Math.max(stored[i]!, row?.p ?? 0);
      if (head > published) this.#parts.dirty.adopt(log, { stored: stored[i]!, published, head });
      else clean.push(marks[i]!._id);
    });
    if (gone && clean.length > 0) await this.#parts.all.dirty.deleteMany({ _id: { $in: clean } });
    return marks.length - clean.length;
  }
}
