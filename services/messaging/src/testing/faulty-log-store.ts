// A LogStore that does to its callers what networks, disks and other pods do, by chance from a seed.

import { fail } from "@parlance/platform/errors";
import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import { conversationKey, type ConversationId } from "../domain/conversation.js";
import type { AppendOutcome, LogEnd, LogStore, NewRow, Publication, RowOutbox, StoredRow } from "../store/ports.js";

/** Probabilities of what an append meets, at most one of them; the rest goes well. */
export interface Faults {
  /** Longest wait between numbering and insert, and between commit and answer. */
  readonly delayMaxMs: number;
  /** ERR_OPERATION_FAILED, nothing done. */
  readonly failure: number;
  /** Committed, answered with ERR_MISSION_FAILED. */
  readonly lostAnswer: number;
  /** Nothing done, but the caller cannot know: ERR_MISSION_FAILED. */
  readonly lostRequest: number;
  /** A first part committed, answered with ERR_MISSION_FAILED. */
  readonly partial: number;
  /** Answered with ERR_MISSION_FAILED, and carried out some time afterwards. */
  readonly late: number;
  /** One conversation is answered with a fence although nobody else wrote. */
  readonly fence: number;
  /** Reads of ends that fail. */
  readonly endsFailure: number;
}

export const NO_FAULTS: Faults = {
  delayMaxMs: 0, failure: 0, lostAnswer: 0, lostRequest: 0, partial: 0, late: 0, fence: 0, endsFailure: 0,
};

const KINDS = ["failure", "lostAnswer", "lostRequest", "partial", "late", "fence"] as const;

export interface FaultyParts {
  readonly store: LogStore & RowOutbox;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
}

export class FaultyLogStore implements LogStore, RowOutbox {
  readonly #store: LogStore & RowOutbox;
  readonly #clock: Clock;
  readonly #random: Random;
  /** Submissions of which some may have been committed unanswered. To call their rows fenced would be a lie. */
  #unanswered = false;
  faults: Faults;

  constructor({ store, clock, random, faults }: FaultyParts) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    this.faults = faults;
  }

  async append(rows: readonly NewRow[]): Promise<readonly AppendOutcome[]> {
    const fault = this.#draw();
    await this.#delay();
    if (fault === "failure") throw fail("ERR_OPERATION_FAILED", "injected");
    if (fault === "fence" && !this.#unanswered) return this.#fence(rows);
    this.#unanswered = fault !== undefined && fault !== "fence";
    if (fault === "late") void this.#delay().then(() => this.#store.append(rows));
    if (fault === "partial") await this.#partial(rows);
    if (fault === "late" || fault === "partial" || fault === "lostRequest") throw fail("ERR_MISSION_FAILED", "injected");
    const outcomes = await this.#store.append(rows);
    await this.#delay();
    if (fault === "lostAnswer") throw fail("ERR_MISSION_FAILED", "injected");
    return outcomes;
  }

  async ends(conversations: readonly ConversationId[]): Promise<readonly LogEnd[]> {
    await this.#delay();
    if (this.#random.next() < this.faults.endsFailure) throw fail("ERR_OPERATION_FAILED", "injected");
    const ends = await this.#store.ends(conversations);
    await this.#delay();
    return ends;
  }

  findByMuid(...args: Parameters<LogStore["findByMuid"]>): Promise<StoredRow | undefined> {
    return this.#store.findByMuid(...args);
  }

  probe(): Promise<void> {
    return this.#store.probe();
  }

  erase(...args: Parameters<LogStore["erase"]>): Promise<void> {
    return this.#store.erase(...args);
  }

  publication(): Promise<Publication> {
    return this.#store.publication();
  }

  #draw(): typeof KINDS[number] | undefined {
    let dice = this.#random.next();
    return KINDS.find((kind) => (dice -= this.faults[kind]) < 0);
  }

  async #partial(rows: readonly NewRow[]): Promise<void> {
    const committed = rows.slice(0, this.#random.int(rows.length + 1));
    if (committed.length > 0) await this.#store.append(committed);
  }

  async #fence(rows: readonly NewRow[]): Promise<readonly AppendOutcome[]> {
    const struck = conversationKey(rows[this.#random.int(rows.length)]!.conversation);
    const others = rows.filter((row) => conversationKey(row.conversation) !== struck);
    const outcomes = others.length === 0 ? [] : [...await this.#store.append(others)];
    let first = true;
    return rows.map((row): AppendOutcome => {
      if (conversationKey(row.conversation) !== struck) return outcomes.shift()!;
      const kind = first ? "fence" : "skipped";
      first = false;
      return { kind };
    });
  }

  async #delay(): Promise<void> {
    if (this.faults.delayMaxMs > 0) await this.#clock.sleep(this.#random.int(this.faults.delayMaxMs + 1));
  }
}
