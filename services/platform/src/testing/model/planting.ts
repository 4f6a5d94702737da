import type { Dump, StoredConversation, StoredRow } from "../dump.js";
import type { Entry, History, OkEntry, OperationName } from "../history.js";
import type { InvariantName } from "../violation.js";
import type { Run } from "./generate-run.js";

/** Puts one fault into a run, or answers undefined when the run has no place for it. */
export interface PlantedFault {
  readonly kind: string;
  readonly invariant: InvariantName;
  readonly plant: (run: Run) => Run | undefined;
}

type Value<Op extends OperationName> = OkEntry<Op>["value"];

/** The run with one entry replaced. */
export function replaced(run: Run, old: Entry | undefined, ...fresh: readonly object[]): Run | undefined {
  if (old === undefined) return undefined;
  const history = run.history.flatMap((entry) => (entry === old ? (fresh as readonly Entry[]) : [entry]));
  return { ...run, history };
}

export function withValue<Op extends OperationName>(
  run: Run,
  entry: OkEntry<Op> | undefined,
  change: (value: Value<Op>) => object,
): Run | undefined {
  return (
    entry && replaced(run, entry as Entry, { ...entry, value: { ...entry.value, ...change(entry.value) } })
  );
}

export function withDump(run: Run, change: Partial<Dump>): Run {
  return { ...run, dump: { ...run.dump, ...change } };
}

/** The run with the first conversation that `change` has an answer for replaced in the dump. */
export function withConversation(
  run: Run,
  change: (stored: StoredConversation) => Partial<StoredConversation> | undefined,
): Run | undefined {
  for (const stored of run.dump.conversations) {
    const changed = change(stored);
    if (changed === undefined) continue;
    const conversations = run.dump.conversations.map((each) =>
      each === stored ? { ...each, ...changed } : each,
    );
    return withDump(run, { conversations });
  }
  return undefined;
}

export function middle<T>(items: readonly T[]): T | undefined {
  return items[Math.floor(items.length / 2)];
}

export function rowsAfter(history: History, entry: Entry): History {
  return history.slice(history.indexOf(entry) + 1);
}

export function contentRow({ kind }: StoredRow): boolean {
  return kind === "message";
}
