// A LogStore in memory that keeps the port's guarantees, or breaks one of them on purpose (reliability.md H4): the suites
// must turn red with every break.

import { fail } from "@parlance/platform/errors";
import type { Uid } from "@parlance/platform/ids";
import type { Clock } from "@parlance/platform/time";
import { Message } from "@parlance/proto/messaging/v1/message";
import { applyChange } from "../domain/change.js";
import { conversationKey, labelOf, type ConversationId } from "../domain/conversation.js";
import type { AppendOutcome, LogEnd, LogStore, NewRow, Publication, RowOutbox, RowPage, StoredRow } from "../store/ports.js";

/**
 * noFence: a seq may be given twice. noIdempotencyKey: so may a muid. unordered: one refused row does not stop those
 * behind it. ackBeforeCommit: answers before the rows are in, and loses some. noRecognition: a row submitted again is
 * refused like another's.
 */
export type Break = "noFence" | "noIdempotencyKey" | "unordered" | "ackBeforeCommit" | "noRecognition";

interface Log {
  readonly rows: (NewRow & { body: Uint8Array; readonly position: number })[];
}

const LOSE_EVERY = 7;

export class BreakableLogStore implements LogStore, RowOutbox {
  readonly #logs = new Map<string, Log>();
  readonly #clock: Pick<Clock, "sleep">;
  readonly #broken: Break | undefined;
  #position = 0;
  #commits = 0;

  constructor(clock: Pick<Clock, "sleep">, broken?: Break) {
    this.#clock = clock;
    this.#broken = broken;
  }

  append(rows: readonly NewRow[]): Promise<readonly AppendOutcome[]> {
    if (this.#broken === "ackBeforeCommit") {
      this.#commits += 1;
      const lost = this.#commits % LOSE_EVERY === 0;
      // Acked at once; a crash before the commit takes the batch along.
      if (!lost) void this.#clock.sleep(1).then(() => this.#appendAll(rows));
      return Promise.resolve(rows.map((): AppendOutcome => ({ kind: "committed", position: 0, handle: 1, target: undefined })));
    }
    return Promise.resolve(this.#appendAll(rows));
  }

  ends(conversations: readonly ConversationId[]): Promise<readonly LogEnd[]> {
    return Promise.resolve(conversations.map((conversation) => {
      const top = this.#rowsOf(conversation).toSorted((a, b) => b.seq - a.seq)[0];
      return {
        handle: top === undefined ? 0 : 1, label: labelOf(conversation.ref), seq: top?.seq ?? 0, id: top?.id ?? 0,
        countableNo: top?.countableNo ?? 0, sentAtMs: top?.sentAtMs ?? 0, holes: [],
      };
    }));
  }

  findByMuid(conversation: ConversationId, sender: Uid, muid: string): Promise<StoredRow | undefined> {
    const row = this.#rowsOf(conversation).find((each) => each.sender === sender && each.muid === muid);
    return Promise.resolve(row === undefined ? undefined : this.#stored(row));
  }

  probe(): Promise<void> {
    if (this.#broken === "noFence" || this.#broken === "noIdempotencyKey") return Promise.reject(fail("ERR_EXCEPTION"));
    return Promise.resolve();
  }

  erase(conversation: ConversationId): Promise<void> {
    this.#logs.delete(conversationKey(conversation));
    return Promise.resolve();
  }

  publication(): Promise<Publication> {
    return Promise.reject(fail("ERR_NOT_IMPLEMENTED"));
  }

  rowsAfter(conversation: ConversationId, afterSeq: number): Promise<RowPage> {
    const rows = this.#rowsOf(conversation).toSorted((a, b) => a.seq - b.seq);
    const found = rows.filter((row) => row.seq > afterSeq).map((row) => this.#stored(row));
    return Promise.resolve({ rows: found, head: rows.at(-1)?.seq ?? 0, cut: false });
  }

  #appendAll(rows: readonly NewRow[]): AppendOutcome[] {
    const stopped = new Set<string>();
    return rows.map((row) => {
      const key = conversationKey(row.conversation);
      if (stopped.has(key)) return { kind: "skipped" };
      const outcome = this.#appendRow(row);
      if (outcome.kind !== "committed" && this.#broken !== "unordered") stopped.add(key);
      return outcome;
    });
  }

  #appendRow(row: NewRow): AppendOutcome {
    const rows = this.#rowsOf(row.conversation);
    const bySeq = rows.find((each) => each.seq === row.seq);
    if (bySeq?.id === row.id && this.#broken !== "noRecognition") return this.#committed(bySeq);
    const byMuid = row.muid === undefined ? undefined : rows.find((each) => each.sender === row.sender && each.muid === row.muid);
    if (byMuid !== undefined && this.#broken !== "noIdempotencyKey" && this.#broken !== "noRecognition") {
      return { kind: "duplicate", existing: this.#stored(byMuid) };
    }
    if (bySeq !== undefined && this.#broken !== "noFence") return { kind: "fence" };
    if (row.change !== undefined && !this.#change(row)) return { kind: "refused" };
    const kept = { ...row, position: (this.#position += 1) };
    rows.push(kept);
    return this.#committed(kept);
  }

  #change(row: NewRow): boolean {
    const target = this.#rowsOf(row.conversation).find((each) => each.id === row.change!.messageId);
    const after = target === undefined ? undefined : applyChange(Message.decode(target.body), row.change!, row);
    if (target === undefined || after === undefined) return false;
    target.body = Message.encode(after).finish();
    return true;
  }

  #committed(row: Log["rows"][number]): AppendOutcome {
    return { kind: "committed", position: row.position, handle: 1, target: this.#targetOf(row) };
  }

  #targetOf(row: NewRow): Uint8Array | undefined {
    return this.#rowsOf(row.conversation).find((each) => each.id === row.change?.messageId)?.body;
  }

  #rowsOf(conversation: ConversationId): Log["rows"] {
    const key = conversationKey(conversation);
    const log = this.#logs.get(key) ?? { rows: [] };
    this.#logs.set(key, log);
    return log.rows;
  }

  #stored(row: Log["rows"][number]): StoredRow {
    const { conversation, label, seq, id, kind, sender, muid, fingerprint, sentAtMs, body, position } = row;
    return {
      conversation, label, seq, id, kind, sender, muid, fingerprint, sentAtMs, body, position,
      target: this.#targetOf(row), memberUid: row.member?.uid,
    };
  }
}
