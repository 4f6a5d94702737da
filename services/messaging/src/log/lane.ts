// A lane writes the conversations that hash to it, one command at a time (W6): whatever waits when the last command
// returns is the next batch (W7). The life of an entry:
//
//   submit → [end of its log unknown: loading] → queue → numbered → append → committed: ack
//                     ▲                            ▲                          duplicate: first answer, or conflict
//                     └── fence: read the end ─────┼──────────────────────────┤
//                                                  └── skipped, id taken ─────┘
//
// An append that throws an AppError has done nothing: its entries are refused. ERR_MISSION_FAILED, or an error that is no
// AppError, leaves the outcome unknown: the lane freezes and submits the same rows with the same numbers until the store
// has decided (W12).
import { fail, type AppError } from "@parlance/platform/errors";
import type { Log } from "@parlance/platform/log";
import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import type { IdSource } from "@parlance/platform/ids";
import type { AppendOutcome, LogEnd, LogStore, StoredRow } from "../store/ports.js";
import { advance, committedRow, numberEntries, type Numbered } from "./batch.js";
import type { CommittedRow } from "./draft.js";
import type { Entry } from "./entry.js";
import { fillHoles } from "./fill-holes.js";
import { endOf, type LogEnds } from "./log-ends.js";
import { isNothingDone, notDone } from "./refusal.js";

const ROWS_MAX = 500;
const BYTES_MAX = 1_048_576;
const FIRST_RETRY_MS = 20;
const RETRY_MAX_MS = 1_000;
const CONFLICT_JITTER_MS = 50;

export interface LaneParts {
  readonly store: LogStore;
  readonly ends: LogEnds;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly log: Log;
  /** Durable rows, in commit order, before their acks. */
  readonly committed: (rows: readonly CommittedRow[]) => void;
  /** An entry left the lane. */
  readonly settled: (entry: Entry) => void;
}

export class Lane {
  readonly #parts: LaneParts;
  #queue: Entry[] = [];
  readonly #loading = new Map<string, Entry[]>();
  #toLoad: Entry[] = [];
  #running = false;
  #stopped = false;
  #whenDone: (() => void) | undefined;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  submit(entry: Entry): void {
    if (this.#stopped) return this.#reject(entry, fail("ERR_OPERATION_FAILED"));
    if (this.#mayLoad(entry)) this.#load(entry);
    else this.#queue.push(entry);
    this.#wake();
  }

  /** True when nothing is queued, loading or in flight. */
  get idle(): boolean {
    return !this.#running && this.#queue.length === 0 && this.#loading.size === 0;
  }

  /** Refuses what was never submitted; resolves when the store has decided about the command in flight. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const waiting = [...this.#queue, ...[...this.#loading.values()].flat()];
    this.#queue = [];
    this.#toLoad = [];
    this.#loading.clear();
    for (const entry of waiting) this.#reject(entry, fail("ERR_OPERATION_FAILED"));
    if (this.#running) await new Promise<void>((resolve) => (this.#whenDone = resolve));
  }

  /** A log whose end is unknown is read at once, unless earlier entries of it stand in the queue: they go first. */
  #mayLoad(entry: Entry): boolean {
    if (this.#loading.has(entry.key)) return true;
    return this.#parts.ends.get(entry.key) === undefined && !this.#queue.some((other) => other.key === entry.key);
  }

  #wake(): void {
    if (this.#running || (this.#queue.length === 0 && this.#toLoad.length === 0)) return;
    this.#running = true;
    queueMicrotask(() => void this.#run());
  }

  async #run(): Promise<void> {
    try {
      while (this.#queue.length > 0 || this.#toLoad.length > 0) {
        if (this.#toLoad.length > 0) this.#readEnds(this.#toLoad.splice(0));
        const entries = this.#take();
        if (entries.length > 0) await this.#write(entries);
      }
    } finally {
      this.#running = false;
      this.#whenDone?.();
    }
  }

  #load(entry: Entry): void {
    const waiting = this.#loading.get(entry.key);
    if (waiting !== undefined) waiting.push(entry);
    else {
      this.#loading.set(entry.key, [entry]);
      this.#toLoad.push(entry);
    }
  }

  /** Reads ends beside the writing: a cold conversation makes no other one wait. */
  #readEnds(firsts: readonly Entry[]): void {
    this.#parts.store.ends(firsts.map((entry) => entry.draft.conversation)).then(
      (ends) => Promise.all(firsts.map((entry, i) => this.#takeOver(entry, ends[i]!))),
    ).catch(
      (error: unknown) => {
        this.#parts.log.warn({ err: error }, "the end of a log could not be read");
        for (const entry of firsts) for (const each of this.#taken(entry.key)) this.#reject(each, notDone(error));
      },
    ).finally(() => this.#wake());
  }

  /** The log is this writer's from its end on; what an earlier owner left open is filled first. */
  async #takeOver(entry: Entry, end: LogEnd): Promise<void> {
    if (end.holes.length > 0) this.#parts.committed(await fillHoles(this.#parts, entry.draft.conversation, end));
    this.#parts.ends.set(entry.key, endOf(end));
    this.#queue.push(...this.#taken(entry.key));
  }

  #taken(key: string): Entry[] {
    const entries = this.#loading.get(key) ?? [];
    this.#loading.delete(key);
    return entries;
  }

  #take(): Entry[] {
    const now = this.#parts.clock.now();
    const taken: Entry[] = [];
    let bytes = 0;
    let used = 0;
    for (const entry of this.#queue) {
      if (taken.length >= ROWS_MAX || bytes >= BYTES_MAX) break;
      used += 1;
      if (entry.draft.deadlineAt <= now) this.#reject(entry, fail("ERR_OPERATION_FAILED", "the deadline passed before the write"));
      else if (this.#loading.has(entry.key) || this.#parts.ends.get(entry.key) === undefined) this.#load(entry);
      else {
        taken.push(entry);
        bytes += entry.draft.content.length;
      }
    }
    this.#queue = this.#queue.slice(used);
    return taken;
  }

  async #write(entries: readonly Entry[]): Promise<void> {
    const batch = numberEntries(entries, this.#parts.ends, this.#parts);
    const outcomes = await this.#append(batch);
    if (outcomes !== undefined) this.#settle(batch, outcomes);
  }

  async #append(batch: readonly Numbered[]): Promise<readonly AppendOutcome[] | undefined> {
    const rows = batch.map(({ row }) => row);
    let unknown = false;
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(wait * 2, RETRY_MAX_MS)) {
      try {
        return await this.#parts.store.append(rows);
      } catch (error) {
        // That this attempt has done nothing says nothing of an earlier one.
        if (!unknown && isNothingDone(error)) {
          this.#refuse(batch, error);
          return undefined;
        }
        unknown = true;
        this.#parts.log.warn({ err: error }, "the outcome of a write is unknown, submitting it again");
        await this.#parts.clock.sleep(wait + this.#parts.random.fullJitter(wait));
      }
    }
  }

  #refuse(batch: readonly Numbered[], error: unknown): void {
    this.#parts.log.warn({ err: error }, "a write was refused");
    for (const { entry } of batch) {
      this.#parts.ends.forget(entry.key);
      this.#reject(entry, notDone(error));
    }
  }

  #settle(batch: readonly Numbered[], outcomes: readonly AppendOutcome[]): void {
    const committed: { entry: Entry; row: CommittedRow }[] = [];
    const again: Entry[] = [];
    const fenced: Entry[] = [];
    batch.forEach((numbered, i) => {
      const outcome = outcomes[i]!;
      const { entry } = numbered;
      if (outcome.kind === "committed") {
        // Unknown when it was forgotten meanwhile; the next append reads it.
        const end = this.#parts.ends.get(entry.key);
        if (end !== undefined) advance(end, numbered.row, outcome);
        committed.push({ entry, row: committedRow(numbered, outcome) });
      } else if (outcome.kind === "duplicate") this.#answerDuplicate(entry, outcome.existing);
      else if (outcome.kind === "refused") this.#resolve(entry, { kind: "refused" });
      else if (outcome.kind === "fence") fenced.push(entry);
      else again.push(entry);
    });
    this.#parts.committed(committed.map(({ row }) => row));
    for (const { entry, row } of committed) this.#resolve(entry, { kind: "stored", row, duplicate: false });
    if (this.#stopped) {
      for (const entry of [...fenced, ...again]) this.#reject(entry, fail("ERR_OPERATION_FAILED"));
      return;
    }
    this.#queue = [...again, ...this.#queue];
    if (fenced.length > 0) this.#afterFence(fenced, again);
  }

  /** Someone else wrote: the fenced row goes first, then those that were skipped behind it, after a moment. */
  #afterFence(fenced: readonly Entry[], again: readonly Entry[]): void {
    const keys = new Set(fenced.map((entry) => entry.key));
    this.#queue = this.#queue.filter((entry) => !keys.has(entry.key) || !again.includes(entry));
    for (const first of fenced) {
      first.conflicts += 1;
      this.#parts.ends.forget(first.key);
      const behind = again.filter((entry) => entry.key === first.key);
      this.#loading.set(first.key, [first, ...behind, ...this.#taken(first.key)]);
      void this.#parts.clock.sleep(this.#parts.random.fullJitter(CONFLICT_JITTER_MS)).then(() => {
        if (!this.#loading.has(first.key)) return;
        this.#readEnds([first]);
      });
    }
  }

  #answerDuplicate(entry: Entry, existing: StoredRow): void {
    if (existing.fingerprint !== entry.draft.fingerprint) return this.#reject(entry, fail("ERR_MUID_CONFLICT"));
    this.#resolve(entry, { kind: "stored", row: { ...existing, origin: undefined }, duplicate: true });
  }

  #resolve(entry: Entry, appended: Parameters<Entry["resolve"]>[0]): void {
    this.#parts.settled(entry);
    entry.resolve(appended);
  }

  #reject(entry: Entry, error: AppError): void {
    this.#parts.settled(entry);
    entry.reject(error);
  }
}
