import type { Entry, History, OkEntry, SeenRow } from "../history.js";

/** A row as one client came to see it, whichever way. */
export interface Observation {
  readonly by: "deliver" | "shown" | "read" | "resume";
  readonly client: string;
  readonly conversation: string;
  readonly row: SeenRow;
  readonly t0: number;
  readonly t: number;
}

/** Every row that any client saw, in the order of the history. */
export function* observations(history: History): Generator<Observation> {
  for (const entry of history) {
    if (entry.outcome !== "ok") continue;
    const { client, t0, t } = entry;
    for (const [conversation, row] of rowsSeenIn(entry)) {
      yield { by: entry.op as Observation["by"], client, conversation, row, t0, t };
    }
  }
}

function* rowsSeenIn(entry: OkEntry): Generator<[conversation: string, row: SeenRow]> {
  if (entry.op === "deliver" || entry.op === "shown") {
    yield [entry.args.conversation, entry.value];
  } else if (entry.op === "read") {
    for (const row of entry.value.rows) yield [entry.args.conversation, row];
  } else if (entry.op === "resume") {
    for (const part of entry.value.conversations) {
      for (const row of part.rows) yield [part.conversation, row];
    }
  }
}

/** `(afterSeq, completeThrough]` of one conversation as one answer gave it: every row, nothing filtered. */
export interface ServedRange {
  readonly entry: OkEntry<"read"> | OkEntry<"resume">;
  readonly conversation: string;
  readonly afterSeq: number;
  readonly completeThrough: number;
  readonly rows: readonly SeenRow[];
}

/** Every range that an answer claimed to be complete. */
export function* servedRanges(history: History): Generator<ServedRange> {
  for (const entry of history) {
    if (entry.outcome === "ok") yield* rangesIn(entry);
  }
}

export function* rangesIn(entry: OkEntry): Generator<ServedRange> {
  if (entry.op === "read" && entry.args.filtered !== true) {
    const { rows, completeThrough } = entry.value;
    yield { entry, conversation: entry.args.conversation, afterSeq: entry.args.afterSeq, completeThrough, rows };
  }
  if (entry.op === "resume" && entry.value.reset !== true) {
    for (const part of entry.value.conversations) {
      // Of a conversation that the client had no cursor for it is told what is new: the rows given, up to the head.
      const afterSeq = entry.args.cursors[part.conversation] ?? before(part.rows[0]);
      if (afterSeq === undefined || part.truncated === true || part.gone === true) continue;
      yield { entry, conversation: part.conversation, afterSeq, completeThrough: part.head, rows: part.rows };
    }
  }
}

function before(first: SeenRow | undefined): number | undefined {
  return first === undefined ? undefined : first.seq - 1;
}

/** Groups by a text key, keeping order. */
export function groupBy<T>(items: Iterable<T>, key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

/** a was over before b began. */
export function precedes(a: Entry, b: Entry): boolean {
  return a.t < b.t0;
}
