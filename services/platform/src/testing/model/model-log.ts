import type { Projection, RowKind, StoredRow, StoredView } from "../dump.js";
import type { SeenRow } from "../history.js";

interface ModelMessage {
  readonly id: number;
  readonly row: StoredRow;
  changeSeq: number;
  content: string | undefined;
  deleted: boolean;
  pinned: boolean;
  readonly reactions: Map<string, Set<string>>;
}

export interface NewRow {
  readonly kind: RowKind;
  readonly sender: string;
  readonly muid?: string;
  readonly content?: string;
  readonly target?: number;
  readonly reaction?: string;
  readonly on?: string;
}

/**
 * A conversation as the product ought to keep it: rows, projections and marks are updated step by step, by
 * other code than the checkers recompute them with.
 */
export class ModelLog {
  readonly rows: StoredRow[] = [];
  readonly messages = new Map<number, ModelMessage>();
  readonly views = new Map<string, { deliveredSeq: number; readSeq: number; unreadAfterSeq: number }>();
  readonly members: Set<string>;
  readonly floors = new Map<string, number>();
  readonly #nextId: () => number;
  #countable = 0;

  constructor(
    readonly conversation: string,
    readonly founders: readonly string[],
    readonly historyVisibility: "full" | "sinceJoin",
    nextId: () => number,
  ) {
    this.members = new Set(founders);
    this.#nextId = nextId;
    for (const uid of founders) this.#enter(uid, 0);
  }

  get head(): number {
    return this.rows.length;
  }

  append(row: NewRow, sentAtMs: number): StoredRow {
    const seq = this.head + 1;
    const countable = row.kind === "message";
    if (countable) this.#countable += 1;
    const stored = { ...row, seq, id: this.#nextId(), countable, countableNo: this.#countable, sentAtMs };
    if (row.kind === "joined" && row.on !== undefined) this.#enter(row.on, seq - 1);
    if (row.kind === "kicked" && row.on !== undefined) this.#leave(row.on);
    this.rows.push(stored);
    this.#apply(stored);
    return stored;
  }

  mark(uid: string, name: "deliveredSeq" | "readSeq", seq: number): { deliveredSeq: number; readSeq: number } {
    const view = this.views.get(uid);
    if (view === undefined) throw new Error(`${uid} has no view`);
    view.deliveredSeq = Math.max(view.deliveredSeq, seq);
    if (name === "readSeq") {
      view.readSeq = Math.max(view.readSeq, seq);
      view.unreadAfterSeq = Math.max(view.unreadAfterSeq, seq);
    }
    return { deliveredSeq: view.deliveredSeq, readSeq: view.readSeq };
  }

  /** The subtraction of chat.md 16.4. */
  unread(uid: string): number {
    const after = this.views.get(uid)?.unreadAfterSeq ?? 0;
    const above = [...this.messages.values()].filter(({ row }) => row.seq > after);
    const own = above.filter(({ row }) => row.sender === uid).length;
    const gone = above.filter(({ row, deleted }) => row.sender !== uid && deleted).length;
    return this.#countable - (this.rows[after - 1]?.countableNo ?? 0) - own - gone;
  }

  /** What a member sees of `(afterSeq, head]`. */
  range(uid: string, afterSeq: number): SeenRow[] {
    return this.rows.slice(afterSeq).map((row) => this.seen(uid, row));
  }

  seen(uid: string, { seq, id, kind, sender, muid, content }: StoredRow): SeenRow {
    if (seq <= (this.floors.get(uid) ?? 0)) return { seq, hidden: true };
    return {
      seq, id, kind, sender,
      ...(muid === undefined ? {} : { muid }),
      ...(content === undefined ? {} : { content }),
    };
  }

  storedViews(): StoredView[] {
    return [...this.views].map(([uid, view]) => ({ uid, ...view, unread: this.unread(uid) }));
  }

  projections(): Projection[] {
    return [...this.messages.values()].map(({ id, changeSeq, content, deleted, pinned, reactions }) => ({
      id, changeSeq, deleted, pinned,
      reactions: Object.fromEntries([...reactions].map(([name, uids]) => [name, [...uids].sort()])),
      ...(content === undefined ? {} : { content }),
    }));
  }

  #enter(uid: string, lastSeq: number): void {
    this.members.add(uid);
    this.floors.set(uid, this.historyVisibility === "full" ? 0 : lastSeq);
    this.views.set(uid, { deliveredSeq: lastSeq, readSeq: lastSeq, unreadAfterSeq: lastSeq });
  }

  #leave(uid: string): void {
    this.members.delete(uid);
    this.views.delete(uid);
  }

  #apply(row: StoredRow): void {
    if (row.kind === "message") {
      const { id, content } = row;
      const rest = { changeSeq: 0, deleted: false, pinned: false, reactions: new Map<string, Set<string>>() };
      this.messages.set(id, { id, row, content, ...rest });
      return;
    }
    const message = this.messages.get(row.target ?? 0);
    if (message === undefined) return;
    message.changeSeq = row.seq;
    if (row.kind === "edited") message.content = row.content;
    if (row.kind === "pinned") message.pinned = true;
    if (row.kind === "reactionAdded") {
      const uids = message.reactions.get(row.reaction ?? "") ?? new Set<string>();
      message.reactions.set(row.reaction ?? "", uids.add(row.sender));
    }
    if (row.kind === "deleted") {
      Object.assign(message, { content: undefined, deleted: true, pinned: false });
      message.reactions.clear();
    }
  }
}
