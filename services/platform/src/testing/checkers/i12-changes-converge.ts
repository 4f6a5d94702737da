import type { Dump, Projection } from "../dump.js";
import type { History } from "../history.js";
import type { Violation } from "../violation.js";
import { difference, foldRows } from "./fold.js";
import { storedLogs } from "./stored.js";

/** I12: the fold of a log's rows, the store's projections and the state of every client are the same. */
export function checkChangesConverge(_history: History, dump: Dump): Violation[] {
  const logs = storedLogs(dump);
  const folds = new Map([...logs].map(([conversation, { stored }]) => [conversation, foldRows(stored.rows)]));
  const compare = (conversation: string, states: readonly Projection[], client?: string): Violation[] =>
    states.flatMap((state) => {
      const text = whyDifferent(state, folds.get(conversation)?.get(state.id));
      return text === undefined ? [] : [diverged(text, conversation, state.id, client)];
    });
  return [
    ...dump.conversations.flatMap(({ conversation, projections }) =>
      compare(conversation, projections ?? []),
    ),
    ...missingProjections(dump, folds),
    ...(dump.clients ?? []).flatMap(({ client, conversation, messages }) =>
      compare(conversation, messages ?? [], client),
    ),
  ];
}

function whyDifferent(state: Projection, folded: Projection | undefined): string | undefined {
  if (folded === undefined) return `message ${state.id} has a state but no row`;
  const field = difference(state, folded);
  if (field === undefined) return undefined;
  return `${field} of message ${state.id} is ${show(state[field])}, the rows say ${show(folded[field])}`;
}

function missingProjections(
  dump: Dump,
  folds: ReadonlyMap<string, ReadonlyMap<number, Projection>>,
): Violation[] {
  return dump.conversations.flatMap(({ conversation, projections }) => {
    if (projections === undefined) return [];
    const projected = new Set(projections.map(({ id }) => id));
    return [...(folds.get(conversation)?.keys() ?? [])]
      .filter((id) => !projected.has(id))
      .map((id) => diverged(`message ${id} has no projection`, conversation, id));
  });
}

function show(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value);
}

function diverged(text: string, conversation: string, id: number, client?: string): Violation {
  return {
    invariant: "I12",
    class: "other",
    text,
    conversation,
    id,
    ...(client === undefined ? {} : { client }),
  };
}
