// Two writers that both believe they own the same conversations, over one store (reliability.md W3): a run of steps, what
// the callers saw of it, and what is stored in the end, in the words of the platform's checkers.

import { AppError } from "@parlance/platform/errors";
import { IdSource, appId, uid, type AppId } from "@parlance/platform/ids";
import { silentLog } from "@parlance/platform/log";
import { seededRandom, type Random } from "@parlance/platform/random";
import {
  MemorySink, Recorder, checkAll, clientName, type Dump, type InvariantName, type RowKind, type RunningOperation, type Violation,
  type StoredRow as DumpRow,
} from "@parlance/platform/testing";
import type { ManualClock } from "@parlance/platform/time";
import { Category, Message, MessageActionKind } from "@parlance/proto/messaging/v1/message";
import { directRef, type ConversationId } from "../domain/conversation.js";
import type { Draft } from "../log/draft.js";
import { LogWriter } from "../log/writer.js";
import type { HistoryStore, LogStore, RowOutbox, StoredRow } from "../store/ports.js";
import { FaultyLogStore, NO_FAULTS, type Faults } from "./faulty-log-store.js";
import { actionDraftOf, textDraft } from "./drafts.js";

/** What may happen; small numbers choose among few, so that steps meet. */
export type Step =
  | { readonly do: "send"; readonly writer: number; readonly log: number; readonly sender: number; readonly muid: number | undefined;
      readonly countable: boolean; readonly otherText: boolean }
  | { readonly do: "edit" | "delete"; readonly writer: number; readonly target: number; readonly sender: number }
  | { readonly do: "read"; readonly log: number; readonly reader: number; readonly after: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "forget"; readonly writer: number; readonly log: number }
  | { readonly do: "jump"; readonly ms: number };

export interface WorldParts {
  readonly app: string;
  readonly store: LogStore & RowOutbox;
  /** The store as the other writer's process has it; the same when left out. */
  readonly otherStore?: LogStore & RowOutbox;
  readonly history: Pick<HistoryStore, "rowsAfter">;
  /** Resolves when no call of a store is under way: for stores that take time of their own, which the clock knows nothing of. */
  readonly quiet?: () => Promise<void>;
  readonly clock: ManualClock;
  readonly seed: number;
  readonly faults: Faults;
}

const PEOPLE = ["alice", "bob", "carol"].map(uid);
const LOGS = 2;
const ALL_ROWS = 1_000_000;
const CHECKED: readonly InvariantName[] = ["I1", "I2", "I3", "I6", "I8", "I9", "I11", "I12"];

export class LogWorld {
  readonly #parts: WorldParts;
  readonly #app: AppId;
  readonly #random: Random;
  readonly #stores: readonly FaultyLogStore[];
  readonly #writers: readonly LogWriter[];
  readonly #sink = new MemorySink();
  readonly #recorder: Recorder;
  readonly #acked: { readonly log: number; readonly id: number }[] = [];
  readonly #pending = new Set<Promise<void>>();
  #unnamed = 0;

  constructor(parts: WorldParts) {
    const { store, clock, seed, faults } = parts;
    this.#parts = parts;
    this.#app = appId(parts.app);
    this.#random = seededRandom(seed);
    this.#recorder = new Recorder(clock, this.#sink);
    this.#stores = [store, parts.otherStore ?? store].map((each) => new FaultyLogStore({ store: each, clock, random: this.#random, faults }));
    this.#writers = this.#stores.map((each, node) => new LogWriter({
      store: each, clock, random: this.#random, ids: new IdSource(clock, node), log: silentLog(), committed: () => undefined,
      lanes: 1, rowsMax: 1_000, bytesMax: 1_000_000, rowsPerConversationMax: 500,
    }));
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      await this.#take(step);
      await this.#quiet();
    }
  }

  /** The faults end; resolves when nothing is under way. */
  async settle(): Promise<void> {
    for (const store of this.#stores) store.faults = NO_FAULTS;
    while (this.#pending.size > 0) await this.#pass(100);
    // What is late may arrive when nobody waits for it any more.
    for (let i = 0; i < 20; i += 1) await this.#pass(100);
  }

  async violations(): Promise<readonly Violation[]> {
    return checkAll(this.#sink.entries, await this.#dump(), CHECKED).violations;
  }

  /** Sends that were acked, repeats included. */
  get acks(): number {
    return this.#acked.length;
  }

  async #take(step: Step): Promise<void> {
    switch (step.do) {
      case "send": return this.#send(step);
      case "edit":
      case "delete": return this.#change(step);
      case "read": return this.#start(this.#read(step));
      case "wait": return this.#parts.clock.advance(step.ms);
      case "forget": return this.#writers[step.writer]!.forget(this.#conversation(step.log));
      case "jump": return this.#parts.clock.set(this.#parts.clock.now() + step.ms);
    }
  }

  async #pass(ms: number): Promise<void> {
    await this.#parts.clock.advance(ms);
    await this.#quiet();
  }

  async #quiet(): Promise<void> {
    await this.#parts.quiet?.();
  }

  #send(step: Extract<Step, { do: "send" }>): void {
    const sender = PEOPLE[step.sender]!;
    const named = step.muid === undefined ? undefined : `m${step.muid}`;
    const muid = named ?? `none-${this.#unnamed += 1}`;
    const text = step.otherText ? `other ${muid}` : `text ${muid}`;
    const operation = this.#recorder.begin(this.#client(sender), "send", {
      conversation: this.#name(step.log), muid, content: text,
    });
    const draft = textDraft(this.#conversation(step.log), {
      sender, muid: named, text, countable: step.countable, deadlineAt: this.#deadline(),
    });
    this.#start(this.#append(step.writer, draft, operation, ({ row: { id, seq, sentAtMs }, duplicate }) => {
      this.#acked.push({ log: step.log, id });
      operation.ok({ id, seq, sentAtMs, duplicate });
    }));
  }

  #change(step: Extract<Step, { do: "edit" | "delete" }>): void {
    const target = this.#acked[step.target % Math.max(1, this.#acked.length)];
    if (target === undefined) return;
    const [conversation, { id, log }] = [this.#name(target.log), target];
    const sender = PEOPLE[step.sender]!;
    const content = `edit ${this.#unnamed += 1}`;
    const operation = step.do === "edit"
      ? this.#recorder.begin(this.#client(sender), "edit", { conversation, id, content })
      : this.#recorder.begin(this.#client(sender), "delete", { conversation, id });
    const draft = actionDraftOf(this.#conversation(log), {
      sender, messageId: id, text: step.do === "edit" ? content : undefined, deadlineAt: this.#deadline(),
    });
    this.#start(this.#append(step.writer, draft, operation, ({ row }) => operation.ok({ seq: row.seq })));
  }

  async #append(
    writer: number, draft: Draft, operation: RunningOperation<"send"> | RunningOperation<"edit"> | RunningOperation<"delete">,
    stored: (appended: { row: { id: number; seq: number; sentAtMs: number }; duplicate: boolean }) => void,
  ): Promise<void> {
    try {
      const appended = await this.#writers[writer]!.append(draft);
      if (appended.kind === "stored") stored(appended);
      else operation.fail({ code: "refused" });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      operation.fail({ code: error.name });
    }
  }

  async #read(step: Extract<Step, { do: "read" }>): Promise<void> {
    const afterSeq = step.after;
    const operation = this.#recorder.begin(this.#client(PEOPLE[step.reader]!), "read", { conversation: this.#name(step.log), afterSeq });
    const { rows, head } = await this.#parts.history.rowsAfter(this.#conversation(step.log), afterSeq, ALL_ROWS, ALL_ROWS);
    operation.ok({ head, completeThrough: head, rows: rows.map(({ seq, id, sender, muid }) => ({ seq, id, sender, ...(muid === undefined ? {} : { muid }) })) });
  }

  #start(work: Promise<void>): void {
    const tracked = work.finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
  }

  async #dump(): Promise<Dump> {
    const conversations = await Promise.all(Array.from({ length: LOGS }, async (_, log) => {
      const { rows, head } = await this.#parts.history.rowsAfter(this.#conversation(log), 0, ALL_ROWS, ALL_ROWS);
      const messages = rows.map((row) => ({ row, message: Message.decode(row.body) }));
      return {
        app: this.#app, conversation: this.#name(log), head,
        rows: messages.map(dumpRow),
        projections: messages.filter(({ message }) => message.category !== Category.ACTION).map(projectionOf),
      };
    }));
    return { at: this.#recorder.now(), conversations };
  }

  #conversation(log: number): ConversationId {
    return { app: this.#app, ref: directRef(PEOPLE[0]!, PEOPLE[1 + log]!) };
  }

  #name(log: number): string {
    return `${this.#app}/log${log}`;
  }

  #client(who: string): string {
    return clientName({ app: this.#app, uid: who, device: "phone" });
  }

  #deadline(): number {
    return this.#parts.clock.now() + 5_000;
  }
}

interface Decoded {
  readonly row: StoredRow;
  readonly message: Message;
}

function dumpRow({ row, message }: Decoded): DumpRow {
  const action = message.body?.$case === "messageAction" ? message.body.value : undefined;
  const kind: RowKind = action === undefined ? "message" : action.kind === MessageActionKind.EDITED ? "edited" : "deleted";
  const content = originalText(message);
  return {
    seq: row.seq, id: row.id, kind, sender: row.sender, countable: message.countable, countableNo: message.countableNo, sentAtMs: row.sentAtMs,
    ...(row.muid === undefined ? {} : { muid: row.muid }),
    ...(content === "" ? {} : { content }),
    ...(action === undefined ? {} : { target: action.messageId }),
  };
}

/** Edits replace the body; what was sent stays known through the resource, which nothing changes. */
function originalText(message: Message): string {
  return message.resource;
}

function projectionOf({ message }: Decoded) {
  const text = message.body?.$case === "text" ? message.body.value.text : undefined;
  return {
    id: message.id, changeSeq: message.changeSeq, deleted: message.deletedAtMs > 0, pinned: false, reactions: {},
    ...(text === undefined ? {} : { content: text }),
  };
}
