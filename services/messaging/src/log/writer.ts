import { fail } from "@parlance/platform/errors";
import type { Component } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import type { IdSource } from "@parlance/platform/ids";
import { conversationKey, type ConversationId } from "../domain/conversation.js";
import type { LogStore } from "../store/ports.js";
import type { Appended, CommittedRow, Draft } from "./draft.js";
import { Entry } from "./entry.js";
import { fillHoles } from "./fill-holes.js";
import { Lane } from "./lane.js";
import { LogEnds } from "./log-ends.js";

export interface WriterOptions {
  readonly store: LogStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly log: Log;
  readonly committed: (rows: readonly CommittedRow[]) => void;
  /** 1 on SQLite, which has one writer anyway; 4 on MongoDB (W6). */
  readonly lanes: number;
  /** Bounds of what waits (W20). */
  readonly rowsMax: number;
  readonly bytesMax: number;
  readonly rowsPerConversationMax: number;
}

const ENDS_MAX = 100_000;
const RETRY_AFTER_MS = 200;

/** Writes the logs of the conversations this pod owns, or believes to own: nothing here needs to be right about that. */
export class LogWriter implements Component {
  readonly name = "log-writer";
  readonly #options: WriterOptions;
  readonly #ends = new LogEnds(ENDS_MAX);
  readonly #lanes: readonly Lane[];
  readonly #twins = new Map<string, Entry>();
  readonly #perConversation = new Map<string, number>();
  #rows = 0;
  #bytes = 0;
  /** Appends refused because too much waited. */
  refusals = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    const parts = { ...options, ends: this.#ends, settled: (entry: Entry) => this.#settled(entry) };
    this.#lanes = Array.from({ length: options.lanes }, () => new Lane(parts));
  }

  /** W4. */
  async start(): Promise<void> {
    await this.#options.store.probe();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }

  /**
   * Resolves when the row is durable (P1). Throws ERR_MUID_CONFLICT, ERR_TOO_MANY_REQUESTS when too much waits, and
   * ERR_OPERATION_FAILED when nothing was done.
   */
  append(draft: Draft): Promise<Appended> {
    const entry = new Entry(draft);
    const twin = entry.twinKey === undefined ? undefined : this.#twins.get(entry.twinKey);
    if (twin !== undefined) return twin.join(draft);
    const waiting = this.#perConversation.get(entry.key) ?? 0;
    const { rowsMax, bytesMax, rowsPerConversationMax } = this.#options;
    if (this.#rows >= rowsMax || this.#bytes >= bytesMax || waiting >= rowsPerConversationMax) {
      this.refusals += 1;
      return Promise.reject(fail("ERR_TOO_MANY_REQUESTS", undefined, { retryAfterMs: RETRY_AFTER_MS }));
    }
    this.#rows += 1;
    this.#bytes += draft.content.length;
    this.#perConversation.set(entry.key, waiting + 1);
    if (entry.twinKey !== undefined) this.#twins.set(entry.twinKey, entry);
    this.#laneOf(entry.key).submit(entry);
    return entry.promise;
  }

  /** A reader met a hole: fills it (W23). */
  async repair(conversation: ConversationId): Promise<void> {
    const [end] = await this.#options.store.ends([conversation]);
    if (end !== undefined && end.holes.length > 0) this.#options.committed(await fillHoles(this.#options, conversation, end));
  }

  /** The conversation was erased or changed behind the writer: its end is read anew. */
  forget(conversation: ConversationId): void {
    this.#ends.forget(conversationKey(conversation));
  }

  get idle(): boolean {
    return this.#rows === 0 && this.#lanes.every((lane) => lane.idle);
  }

  get depth(): number {
    return this.#rows;
  }

  #laneOf(key: string): Lane {
    if (this.#lanes.length === 1) return this.#lanes[0]!;
    let hash = 0;
    for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
    return this.#lanes[(hash >>> 0) % this.#lanes.length]!;
  }

  #settled(entry: Entry): void {
    this.#rows -= 1;
    this.#bytes -= entry.draft.content.length;
    const waiting = (this.#perConversation.get(entry.key) ?? 1) - 1;
    if (waiting === 0) this.#perConversation.delete(entry.key);
    else this.#perConversation.set(entry.key, waiting);
    if (entry.twinKey !== undefined) this.#twins.delete(entry.twinKey);
  }
}
