// The append (reliability.md W8, W11): one ordered insertMany for whatever rows it is given, each log's ascending. What the
// store refuses is sorted out by looking; rows of other logs that were not tried are submitted again. Rows that do something
// besides stand alone, since what they do must be possible before and done after.
import { insertOrdered, readFailed } from "@parlance/platform/mongo";
import { fail } from "@parlance/platform/errors";
import type { Clock } from "@parlance/platform/time";
import { conversationKey } from "../../domain/conversation.js";
import type { AppendOutcome, NewRow } from "../ports.js";
import type { Conversations } from "./conversations.js";
import type { DirtyLog, DirtyLogs } from "./dirty-logs.js";
import { rowKey, type Collections, type RowDoc } from "./documents.js";
import type { Effects } from "./effects.js";
import type { Rows } from "./rows.js";
import { bytesOf, rowDoc } from "./stored.js";

const LOOKS_MAX = 50;
const LOOK_AGAIN_MS = 20;
const WINDOW = 1_000;

export interface AppendParts {
  readonly all: Collections;
  readonly rows: Rows;
  readonly conversations: Conversations;
  readonly dirty: DirtyLogs;
  readonly effects: Effects;
  readonly clock: Pick<Clock, "now" | "monotonic" | "sleep">;
}

/** A row on its way, with the log that it goes to. */
interface Going {
  readonly at: number;
  readonly row: NewRow;
  readonly key: string;
  readonly log: DirtyLog;
}

type Outcome = Exclude<AppendOutcome, { kind: "skipped" }>;

export async function append(parts: AppendParts, rows: readonly NewRow[]): Promise<readonly AppendOutcome[]> {
  const call = new AppendCall(parts, rows);
  try {
    return await call.run();
  } catch (error) {
    parts.dirty.doubt();
    // "Nothing done" is true of the step that failed, not of those before it.
    if (call.begun) throw fail("ERR_MISSION_FAILED", "a part of the write is done", { cause: error });
    throw readFailed(error);
  }
}

class AppendCall {
  readonly #parts: AppendParts;
  readonly #rows: readonly NewRow[];
  readonly #outcomes: (AppendOutcome | undefined)[];
  /** Logs of which a row was not committed: the rest of them is skipped. */
  readonly #stopped = new Set<string>();
  begun = false;

  constructor(parts: AppendParts, rows: readonly NewRow[]) {
    this.#parts = parts;
    this.#rows = rows;
    this.#outcomes = rows.map(() => undefined);
  }

  async run(): Promise<readonly AppendOutcome[]> {
    for (let from = 0; from < this.#rows.length;) {
      let to = from + 1;
      if (!isSpecial(this.#rows[from]!)) while (to < this.#rows.length && !isSpecial(this.#rows[to]!)) to += 1;
      await this.#part(from, to);
      from = to;
    }
    return this.#outcomes.map((outcome) => outcome ?? { kind: "skipped" });
  }

  async #part(from: number, to: number): Promise<void> {
    const open = await this.#open(from, to);
    const logs = new Map(open.map(({ conversation, handle, app }) => [`${app}/${handle}`, { conversation, handle, app }]));
    const entered = await this.#parts.dirty.enter([...logs.values()]);
    try {
      const byKey = new Map([...logs.keys()].map((key, i) => [key, entered[i]!]));
      const going = open.map(({ at, handle, app }): Going => {
        const row = this.#rows[at]!;
        return { at, row, key: conversationKey(row.conversation), log: byKey.get(`${app}/${handle}`)! };
      });
      await this.#finishEarlier(going);
      await this.#insert(await this.#possible(going));
    } finally {
      this.#parts.dirty.written(entered);
    }
  }

  /** Handles of the rows' logs; what cannot go on stops here. */
  async #open(from: number, to: number) {
    const firsts = new Map<string, Promise<number | "fence" | "refused">>();
    const open: { at: number; app: NewRow["conversation"]["app"]; conversation: NewRow["conversation"]; handle: number }[] = [];
    for (let at = from; at < to; at += 1) {
      const row = this.#rows[at]!;
      const key = conversationKey(row.conversation);
      if (!firsts.has(key)) firsts.set(key, this.#handleOf(row));
    }
    // All at once, so that none of them is left to fail unheard.
    await Promise.all(firsts.values());
    for (let at = from; at < to; at += 1) {
      const { conversation } = this.#rows[at]!;
      const key = conversationKey(conversation);
      if (this.#stopped.has(key)) continue;
      const handle = await firsts.get(key)!;
      if (typeof handle === "number") open.push({ at, app: conversation.app, conversation, handle });
      else this.#stop(at, key, { kind: handle });
    }
    return open;
  }

  readonly #handles = new Map<string, number>();

  async #handleOf(row: NewRow): Promise<number | "fence" | "refused"> {
    const key = conversationKey(row.conversation);
    if (this.#stopped.has(key)) return "fence";
    if (row.member !== undefined) {
      const life = await this.#parts.conversations.enterIncarnation(row.conversation, row.member.incarnation);
      if (life === "gone") return "refused";
      this.#handles.delete(key);
    }
    const known = this.#handles.get(key);
    if (known !== undefined) return known;
    // A handle the writer has is taken at its word: it names one life for ever, and the stone at its end is a fence. But the
    // first row looks whether all is there that a log begins with.
    if (row.handle !== 0 && row.seq > 1 && row.member === undefined) return row.handle;
    const handle = await this.#parts.conversations.open(row);
    if (typeof handle === "number") this.#handles.set(key, handle);
    return handle;
  }

  /** Rows before these that this writer did not write: what they do is done before anything is built on them. */
  async #finishEarlier(going: readonly Going[]): Promise<void> {
    const firsts = new Map<DirtyLog, number>();
    for (const { log, row } of going) firsts.set(log, Math.min(firsts.get(log) ?? Infinity, row.seq));
    for (const [log, first] of firsts) {
      for (let from = log.done + 1; from < first; from += WINDOW) {
        const to = Math.min(first - 1, from + WINDOW - 1);
        const rows = await this.#parts.rows.stretch(log, from, to);
        await this.#parts.effects.carryOut(rows.filter(({ x, g }) => x !== undefined || g !== undefined));
        // What their writers had published is not said again (P11); the store's own number is seconds old.
        log.published = rows.reduce((through, { p = 0 }) => Math.max(through, p), log.published);
        log.done = Math.max(log.done, to);
        log.committed = Math.max(log.committed, to);
      }
    }
  }

  /** Without changes of messages that cannot be changed any more. */
  async #possible(going: readonly Going[]): Promise<readonly Going[]> {
    const [only] = going;
    if (only?.row.change === undefined) return going;
    const target = await this.#parts.rows.byId(only.row.conversation.app, only.row.change.messageId);
    if (target !== undefined && !target.d) return going;
    const outcome = await this.#look(only) ?? { kind: "refused" };
    if (outcome.kind === "committed") await this.#committed([only]);
    else this.#stop(only.at, only.key, outcome);
    return [];
  }

  async #insert(going: readonly Going[]): Promise<void> {
    let left = going;
    for (let looks = 0; left.length > 0;) {
      const now = this.#parts.clock.now();
      const { accepted } = await insertOrdered(this.#parts.all.rows, left.map(({ row, log }) => rowDoc(row, log.handle, now, log.published)));
      await this.#committed(left.slice(0, accepted));
      const rest = left.slice(accepted);
      if (rest.length === 0) return;
      left = await this.#sortOut(rest);
      looks = left[0] === rest[0] ? looks + 1 : 0;
      if (looks > LOOKS_MAX) throw fail("ERR_MISSION_FAILED", "what stands in the way of a row is not to be seen");
      // Refused by what is not committed by a majority yet.
      if (looks > 0) await this.#parts.clock.sleep(LOOK_AGAIN_MS);
    }
  }

  /** The first of these was refused. Answers what is to be submitted again. */
  async #sortOut(rest: readonly Going[]): Promise<readonly Going[]> {
    const there = await this.#parts.rows.slimByKeys(rest.map(({ log, row }) => rowKey(log.app, log.handle, row.seq)));
    const isThere = ({ log, row }: Going) => there.get(rowKey(log.app, log.handle, row.seq))?.i === row.id;
    if (!isThere(rest[0]!)) {
      const outcome = await this.#look(rest[0]!);
      if (outcome === undefined) return rest;
      if (outcome.kind !== "committed") this.#stop(rest[0]!.at, rest[0]!.key, outcome);
      else await this.#committed([rest[0]!]);
    }
    const others = rest.filter(({ key, at }) => !this.#stopped.has(key) && this.#outcomes[at] === undefined);
    await this.#committed(others.filter(isThere));
    return others.filter((each) => !isThere(each));
  }

  /** Where a refused row's number, key and name lead; undefined: nowhere yet. */
  async #look({ row, log }: Going): Promise<Outcome | undefined> {
    const { rows } = this.#parts;
    const { app } = row.conversation;
    const bySeq = await this.#atSeq(log, row.seq);
    if (bySeq?.i === row.id) return { kind: "committed", position: log.handle, handle: log.handle, target: undefined };
    if (row.muid !== undefined) {
      const byMuid = await rows.byMuid(log, row.sender, row.muid);
      if (byMuid !== undefined) {
        // Its writer may have died before it.
        await this.#parts.effects.carryOut([byMuid]);
        return { kind: "duplicate", existing: (await rows.stored([byMuid]))[0]! };
      }
    }
    if (bySeq !== undefined) return { kind: "fence" };
    return await rows.byId(app, row.id) === undefined ? undefined : { kind: "idTaken" };
  }

  async #atSeq(log: DirtyLog, seq: number): Promise<RowDoc | undefined> {
    return (await this.#parts.all.rows.findOne({ _id: rowKey(log.app, log.handle, seq) })) ?? undefined;
  }

  /** Rows that are committed: what they do is done, then they count as such. */
  async #committed(going: readonly Going[]): Promise<void> {
    for (const { at, row, log } of going) {
      this.begun = true;
      if (isSpecial(row)) await this.#parts.effects.carryOut([rowDoc(row, log.handle, 0)]);
      log.done = Math.max(log.done, row.seq);
      log.committed = Math.max(log.committed, row.seq);
      log.usedAt = this.#parts.clock.monotonic();
      this.#outcomes[at] = { kind: "committed", position: log.handle, handle: log.handle, target: row.change === undefined ? undefined : await this.#target(row.conversation.app, row.change.messageId) };
    }
  }

  async #target(app: string, id: number): Promise<Uint8Array | undefined> {
    const found = await this.#parts.rows.byId(app, id);
    return found === undefined ? undefined : bytesOf(found.b);
  }

  #stop(at: number, key: string, outcome: Outcome): void {
    this.#outcomes[at] = outcome;
    this.#stopped.add(key);
  }
}

function isSpecial(row: NewRow): boolean {
  return row.change !== undefined || row.member !== undefined;
}

