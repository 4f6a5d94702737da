// All conversations a client has met: rows come in as they may, repeated, out of order or with gaps, and go out in order, each
// once (chat.md 14.1). A gap that does not close by itself within a moment is pulled.

import type { Message, Row } from "@parlance/proto/messaging/v1/message";
import type { ListRowsRequest, ListRowsResponse } from "@parlance/proto/messaging/v1/rpc";
import type { Clock, Timer } from "../clock.js";
import { toException } from "../errors.js";
import type { Random } from "../random.js";
import { addressOfRow, keyOf, type Address } from "./address.js";
import { ConversationLog, type Entry } from "./conversation-log.js";
import { Lru } from "./lru.js";

const CONVERSATIONS_MAX = 5_000;
const OWN_MUIDS_MAX = 2_000;
/** Rows of one conversation may overtake each other by a little: an answer is faster than an event. */
const GAP_PATIENCE_MS = 200;
const PAGE = 100;
const RETRY_CAP_MS = 5_000;

export interface ConversationLogsOptions {
  readonly clock: Clock;
  readonly random: Pick<Random, "next">;
  /** Own uid. */
  readonly me: string;
  readonly listRows: (request: ListRowsRequest) => Promise<ListRowsResponse>;
  readonly deliver: (message: Message, address: Address, replayed: boolean) => void;
  /** The copy of a conversation is void: the app loads its newest page. */
  readonly onReset: (address: Address) => void;
}

interface Repair {
  timer: Timer | undefined;
  pulling: boolean;
}

export class ConversationLogs {
  readonly #options: ConversationLogsOptions;
  readonly #logs = new Lru<string, ConversationLog>(CONVERSATIONS_MAX);
  readonly #addressOfLabel = new Lru<string, Address>(CONVERSATIONS_MAX);
  readonly #ownMuids = new Lru<string, true>(OWN_MUIDS_MAX);
  readonly #repairs = new Map<string, Repair>();
  /** Pulls of an earlier connection or lifetime of the store do nothing any more. */
  #generation = 0;
  #online = false;
  epoch = "";

  constructor(options: ConversationLogsOptions) {
    this.#options = options;
  }

  /** A send of this client: its row is an own one, however it comes back. */
  sending(muid: string): void {
    this.#ownMuids.set(muid, true);
  }

  /** The answer to a call of this client holds a row. */
  own(address: Address, seq: number): void {
    if (seq > 0) this.#accept(address, seq, { row: undefined, replayed: false });
  }

  /** A row from an event or a resume. */
  take(row: Row, channel: string, replayed: boolean): void {
    const address = addressOfRow(row, channel, this.#options.me) ?? this.#addressOfLabel.get(row.conversationId);
    if (address === undefined) return;
    this.name(row.conversationId, address);
    this.#accept(address, row.seq, this.#entry(row, replayed));
  }

  /** Remembers which conversation a label means. */
  name(conversationId: string, address: Address): void {
    if (conversationId !== "") this.#addressOfLabel.set(conversationId, address);
  }

  /** The app has seen the conversation through `seq`; says so only for a conversation not met yet. */
  begin(address: Address, seq: number): void {
    const key = keyOf(address);
    this.#deliver(this.#log(address), key, this.#log(address).begin(seq));
  }

  restart(address: Address, seq: number): void {
    this.#log(address).restart(seq);
    this.#forgetRepair(keyOf(address));
  }

  forget(address: Address): void {
    this.#logs.delete(keyOf(address));
    this.#forgetRepair(keyOf(address));
  }

  /** Everything is void. */
  reset(): void {
    this.#generation += 1;
    this.#logs.clear();
    for (const key of this.#repairs.keys()) this.#forgetRepair(key);
  }

  cursors(): { readonly address: Address; readonly seq: number }[] {
    return this.#logs.values().flatMap(({ address, through }) => (through === undefined ? [] : [{ address, seq: through }]));
  }

  through(address: Address): number | undefined {
    return this.#logs.get(keyOf(address))?.through;
  }

  /** Rows are known to be missing somewhere. */
  get hasGap(): boolean {
    return this.#logs.values().some(({ hasGap }) => hasGap);
  }

  get isOnline(): boolean {
    return this.#online;
  }

  connected(): void {
    this.#online = true;
  }

  disconnected(): void {
    this.#online = false;
    this.#generation += 1;
    for (const key of this.#repairs.keys()) this.#forgetRepair(key);
    for (const log of this.#logs.values()) log.disconnected();
  }

  #entry(row: Row, replayed: boolean): Entry {
    const message = row.body?.$case === "message" ? row.body.value : undefined;
    const isOwn = message !== undefined && message.sender?.id === this.#options.me && this.#ownMuids.get(message.muid) === true;
    // Kept as a row, so that it says where the log is met, but without content to hand on.
    return { row: isOwn ? { ...row, body: undefined } : row, replayed };
  }

  #accept(address: Address, seq: number, entry: Entry): void {
    const log = this.#log(address);
    const key = keyOf(address);
    this.#deliver(log, key, log.accept(seq, entry));
  }

  #deliver(log: ConversationLog, key: string, entries: readonly Entry[]): void {
    for (const { row, replayed } of entries) {
      if (row?.body?.$case === "message") this.#options.deliver(row.body.value, log.address, replayed);
    }
    // A listener or a membership row may have ended the conversation here.
    if (this.#logs.get(key) === log && log.hasGap) this.#repair(key, log);
  }

  #log(address: Address): ConversationLog {
    const key = keyOf(address);
    const known = this.#logs.get(key);
    if (known !== undefined) return known;
    const log = new ConversationLog(address);
    this.#logs.set(key, log);
    return log;
  }

  #repair(key: string, log: ConversationLog): void {
    if (!this.#online || this.#repairs.has(key)) return;
    const repair: Repair = { timer: undefined, pulling: false };
    this.#repairs.set(key, repair);
    this.#later(repair, GAP_PATIENCE_MS, key, log);
  }

  #later(repair: Repair, ms: number, key: string, log: ConversationLog): void {
    repair.timer = this.#options.clock.after(ms, () => void this.#pull(repair, key, log));
  }

  #forgetRepair(key: string): void {
    this.#repairs.get(key)?.timer?.cancel();
    this.#repairs.delete(key);
  }

  async #pull(repair: Repair, key: string, log: ConversationLog): Promise<void> {
    const generation = this.#generation;
    const current = () => generation === this.#generation && this.#repairs.get(key) === repair;
    while (current() && log.hasGap) {
      try {
        const answer = await this.#options.listRows(this.#request(log));
        if (!current()) return;
        if (!this.#apply(log, key, answer)) return this.#later(repair, this.#wait(), key, log);
      } catch (error) {
        if (!current()) return;
        if (toException(error).retryable) return this.#later(repair, this.#wait(), key, log);
        // Not a participant any more: what came before that is told, the rest is over.
        this.#repairs.delete(key);
        this.#deliver(log, key, log.giveUpGap());
        this.forget(log.address);
        return;
      }
    }
    if (this.#repairs.get(key) === repair) this.#repairs.delete(key);
  }

  #request({ address, through = 0, missingThrough, knownSeq }: ConversationLog): ListRowsRequest {
    return { ...address, afterSeq: through, throughSeq: missingThrough, pageSize: PAGE, knownSeq, epoch: this.epoch };
  }

  /** False when the answer brought nothing on. */
  #apply(log: ConversationLog, key: string, { rows, head, reset }: ListRowsResponse): boolean {
    if (reset) {
      log.restart(head);
      this.#forgetRepair(key);
      this.#options.onReset(log.address);
      return true;
    }
    const before = log.through;
    for (const row of rows) this.#deliver(log, key, log.accept(row.seq, this.#entry(row, false)));
    if (log.through !== undefined && log.through >= head) log.caughtUp();
    return log.through !== before || !log.hasGap;
  }

  #wait(): number {
    return Math.floor(this.#options.random.next() * RETRY_CAP_MS);
  }
}
