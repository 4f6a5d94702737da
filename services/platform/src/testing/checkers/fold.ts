import type { Projection, StoredRow } from "../dump.js";

interface Folding {
  readonly id: number;
  changeSeq: number;
  content: string | undefined;
  deleted: boolean;
  readonly reactions: Map<string, Set<string>>;
  pinned: boolean;
}

/**
 * The present state of every message of a log, from its rows alone: what stores and clients must agree with.
 */
export function foldRows(rows: readonly StoredRow[]): ReadonlyMap<number, Projection> {
  const messages = new Map<number, Folding>();
  for (const row of rows) {
    if (row.kind === "message") {
      const { id, content } = row;
      messages.set(id, { id, changeSeq: 0, content, deleted: false, reactions: new Map(), pinned: false });
      continue;
    }
    const message = row.target === undefined ? undefined : messages.get(row.target);
    if (message !== undefined && applyChange(message, row)) message.changeSeq = row.seq;
  }
  return new Map([...messages].map(([id, message]) => [id, finished(message)]));
}

function applyChange(message: Folding, { kind, content, sender, reaction = "" }: StoredRow): boolean {
  switch (kind) {
    case "edited":
      message.content = content;
      return true;
    case "deleted":
      Object.assign(message, { content: undefined, deleted: true, pinned: false });
      message.reactions.clear();
      return true;
    case "reactionAdded":
      message.reactions.set(reaction, (message.reactions.get(reaction) ?? new Set()).add(sender));
      return true;
    case "reactionRemoved":
      message.reactions.get(reaction)?.delete(sender);
      return true;
    case "pinned":
    case "unpinned":
      message.pinned = kind === "pinned";
      return true;
    case "verdict":
      return true;
    case "message": case "call": case "joined": case "added": case "left": case "kicked": case "banned":
    case "unbanned": case "scopeChanged": case "void": case "other":
      return false;
  }
}

function finished({ id, changeSeq, content, deleted, reactions, pinned }: Folding): Projection {
  const lists = [...reactions].filter(([, uids]) => uids.size > 0).map(([name, uids]) => [name, [...uids].sort()]);
  return {
    id,
    changeSeq,
    deleted,
    pinned,
    reactions: Object.fromEntries(lists) as Record<string, string[]>,
    ...(content === undefined ? {} : { content }),
  };
}

/** The first field in which two states differ, or undefined. */
export function difference(one: Projection, other: Projection): keyof Projection | undefined {
  const fields = ["deleted", "content", "pinned", "changeSeq"] as const;
  return fields.find((field) => one[field] !== other[field]) ??
    (canonical(one.reactions) === canonical(other.reactions) ? undefined : "reactions");
}

function canonical(reactions: Projection["reactions"]): string {
  const names = Object.keys(reactions).filter((name) => (reactions[name] ?? []).length > 0);
  return JSON.stringify(names.sort().map((name) => [name, [...(reactions[name] ?? [])].sort()]));
}
