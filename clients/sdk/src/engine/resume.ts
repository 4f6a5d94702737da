// After welcome (chat.md 14.2): one messaging.Sync, in pages, with the cursors and the sync token. Live events that come
// meanwhile wait in a buffer and are merged by seq afterwards. When the buffer overflows, it is dropped and all is asked again
// from the new cursors: nothing is lost, only later.
//
// Where a gateway vouches that nothing was missed, nothing is asked. It can do so when the client comes with the place it was told
// last, and the client may come with it only when it has all that was before: it has synced, no row is missing, and no answer.

import type { Event } from "@parlance/proto/event/v1/event";
import type { ConversationCursor, ConversationSync, SyncRequest, SyncResponse } from "@parlance/proto/messaging/v1/rpc";
import type { Conversation, Receipt } from "@parlance/proto/messaging/v1/conversation";
import { sleep, type Clock } from "../clock.js";
import { toException } from "../errors.js";
import type { Random } from "../random.js";
import type { Address } from "./address.js";
import type { ConversationLogs } from "./conversation-logs.js";

const BUFFER_MAX = 2_000;
const CURSORS_A_CALL = 1_000;
const RETRY_CAP_MS = 5_000;
/** A sync token that is older makes the next sync long. */
const SYNC_AGE_MAX_MS = 60 * 60_000;

/** What a resume found. With `full` everything the app holds is void, else that of the conversations listed. */
export interface Resumed {
  readonly recovered: number;
  readonly full: boolean;
  readonly truncated: readonly Address[];
  readonly gone: readonly Address[];
}

export interface ResumeOptions {
  readonly clock: Clock;
  readonly random: Pick<Random, "next">;
  readonly logs: ConversationLogs;
  readonly sync: (request: SyncRequest) => Promise<SyncResponse>;
  readonly onEvent: (event: Event) => void;
  readonly onView: (conversation: Conversation, address: Address, hasRows: boolean) => void;
  readonly onReceipt: (receipt: Receipt) => void;
  readonly onResumed: (resumed: Resumed) => void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class Resume {
  readonly #options: ResumeOptions;
  #token = "";
  #buffer: Event[] | undefined;
  #overflowed = false;
  /** Something was dropped that the app does not know of yet. */
  #void = false;
  /** Rows that the running resume has handed on. */
  #replayed = 0;
  #run = 0;
  #syncedAt = 0;

  constructor(options: ResumeOptions) {
    this.#options = options;
  }

  /** `knowsNothingMissed`: the gateway vouches for it, so nothing is asked. */
  connected(knowsNothingMissed: boolean): void {
    this.#run += 1;
    this.#options.logs.connected();
    if (knowsNothingMissed && this.#token !== "") {
      this.#options.onResumed({ recovered: 0, full: false, truncated: [], gone: [] });
      return;
    }
    this.#buffer = [];
    void this.#resume(this.#run);
  }

  disconnected(): void {
    this.#run += 1;
    this.#buffer = undefined;
    this.#overflowed = false;
    this.#options.logs.disconnected();
  }

  /** Everything that happened before the last place told by the gateway is here. Asked while the connection lasts, or as it ends. */
  get isWhole(): boolean {
    const { clock, logs } = this.#options;
    const isSynced = logs.isOnline && this.#buffer === undefined && this.#token !== "" && !this.#void;
    return isSynced && !logs.hasGap && clock.monotonic() - this.#syncedAt <= SYNC_AGE_MAX_MS;
  }

  /** Events may be missing though the connection lasted. */
  resync(): void {
    if (this.#buffer === undefined) this.connected(false);
    // The sync that runs may have looked before: it is done once more.
    else this.#overflowed = true;
  }

  /** The server has ended the resume state: the next sync begins anew, and the app is told that what it holds is void. */
  dropCursors(): void {
    this.#token = "";
    this.#void = true;
    this.#options.logs.reset();
  }

  event(event: Event): void {
    if (this.#buffer === undefined) return this.#options.onEvent(event);
    if (this.#buffer.length >= BUFFER_MAX) {
      this.#buffer = [];
      this.#overflowed = true;
    }
    this.#buffer.push(event);
    return undefined;
  }

  /** Counts a row that the resume has handed on. */
  noteReplayed(): void {
    this.#replayed += 1;
  }

  /** A read showed another lifetime of the store: everything is void. */
  noteEpoch(epoch: string): void {
    const { logs } = this.#options;
    if (epoch === "" || epoch === logs.epoch) return;
    const isOther = logs.epoch !== "";
    logs.epoch = epoch;
    if (!isOther) return;
    this.dropCursors();
    if (logs.isOnline) this.connected(false);
  }

  async #resume(run: number): Promise<void> {
    const found: Mutable<Resumed> = { recovered: 0, full: false, truncated: [], gone: [] };
    this.#replayed = 0;
    do {
      this.#overflowed = false;
      if (!await this.#syncAll(run, found)) return;
    } while (this.#overflowed);
    const events = this.#buffer ?? [];
    this.#buffer = undefined;
    this.#syncedAt = this.#options.clock.monotonic();
    const recovered = this.#replayed;
    for (const event of events) this.#options.onEvent(event);
    const full = found.full || this.#void;
    this.#void = false;
    this.#options.onResumed({ ...found, full, recovered });
  }

  /** False when the connection it was for is gone. */
  async #syncAll(run: number, found: Mutable<Resumed>): Promise<boolean> {
    const { logs } = this.#options;
    const cursors = logs.cursors().map(({ address, seq }) => ({ ...address, seq }));
    const since = this.#token;
    let next = "";
    let at = 0;
    let waiting: ConversationCursor[] = [];
    do {
      if (waiting.length === 0) waiting = cursors.slice(at, at += CURSORS_A_CALL);
      const request: SyncRequest = { conversations: waiting, syncToken: since, epoch: logs.epoch };
      const answer = await this.#ask(run, request);
      if (answer === undefined) return false;
      if (answer.fullSync) {
        this.#startOver(answer, found);
        return true;
      }
      logs.epoch = answer.epoch;
      for (const entry of answer.conversations) this.#apply(entry, found);
      waiting = answer.remaining;
      // The first token is the oldest: from there on nothing was left out by a later batch.
      if (waiting.length === 0 && next === "") next = answer.syncToken;
    } while (waiting.length > 0 || at < cursors.length);
    this.#token = next;
    return true;
  }

  #startOver({ syncToken, epoch }: SyncResponse, found: Mutable<Resumed>): void {
    const { logs } = this.#options;
    logs.reset();
    logs.epoch = epoch;
    this.#token = syncToken;
    found.full = true;
  }

  async #ask(run: number, request: SyncRequest): Promise<SyncResponse | undefined> {
    let asked = request;
    for (;;) {
      try {
        const answer = await this.#options.sync(asked);
        return run === this.#run ? answer : undefined;
      } catch (error) {
        if (run !== this.#run) return undefined;
        const { retryable, retryAfterMs } = toException(error);
        // What the server does not understand will not be understood later either.
        if (!retryable) asked = { conversations: [], syncToken: "", epoch: UNKNOWN_EPOCH };
        await sleep(this.#options.clock, retryAfterMs + Math.floor(this.#options.random.next() * RETRY_CAP_MS));
        if (run !== this.#run) return undefined;
      }
    }
  }

  #apply(entry: ConversationSync, found: Mutable<Resumed>): void {
    const { logs, onView, onReceipt } = this.#options;
    const { receiverType, receiverId, rows, head, truncated, gone, conversation, receipts } = entry;
    const address = { receiverType, receiverId };
    if (gone) {
      logs.forget(address);
      found.gone = [...found.gone, address];
      return;
    }
    logs.name(conversation?.conversationId ?? rows[0]?.conversationId ?? "", address);
    if (truncated) {
      logs.restart(address, head);
      found.truncated = [...found.truncated, address];
    }
    for (const row of rows) logs.take(row, "", true);
    if (conversation !== undefined) onView(conversation, address, rows.length > 0 || truncated);
    for (const receipt of receipts) onReceipt(receipt);
  }
}

/** An epoch of no store: the answer is a full sync. */
const UNKNOWN_EPOCH = "none";
