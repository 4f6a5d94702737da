import { oksOf, type History, type OkEntry } from "../history.js";
import type { Violation } from "../violation.js";
import { groupBy } from "./observations.js";
import { sweep } from "./sweep.js";

/** A head as one answer gave it. */
interface Head {
  readonly client: string;
  readonly conversation: string;
  readonly t0: number;
  readonly t: number;
  readonly head: number;
  readonly epoch: string;
  readonly knownSeq: number;
}

/**
 * I8: successive heads answered to one session never fall, and never lie below the `knownSeq` the reader sent
 * along.
 */
export function checkMonotonicReads(history: History): Violation[] {
  const heads = groupBy(headsIn(history), ({ client, conversation, epoch }) =>
    [client, conversation, epoch].join("\n"),
  );
  return [...heads.values()].flatMap((group) => {
    const violations: Violation[] = [];
    let highest = 0;
    const onPast = ({ head }: Head): void => void (highest = Math.max(highest, head));
    sweep(group, group, onPast, (answer) => {
      const { client, conversation, head, knownSeq } = answer;
      const known = Math.max(highest, knownSeq);
      if (head >= known) return;
      const text = `head ${head} was answered to a reader that knew ${known}`;
      violations.push({ invariant: "I8", class: "other", text, client, conversation, seq: head });
    });
    return violations;
  });
}

function headsIn(history: History): Head[] {
  return [
    ...oksOf(history, "read").map(fromRead),
    ...oksOf(history, "list").flatMap(fromList),
    ...oksOf(history, "resume").flatMap(fromResume),
  ];
}

function fromRead({ client, t0, t, args, value: { head, epoch } }: OkEntry<"read">): Head {
  return {
    client,
    conversation: args.conversation,
    t0,
    t,
    head,
    epoch: epoch ?? "",
    knownSeq: args.knownSeq ?? 0,
  };
}

function fromList({ client, t0, t, value: { entries, epoch } }: OkEntry<"list">): Head[] {
  return entries.map((entry) => ({ client, t0, t, ...entry, epoch: epoch ?? "", knownSeq: 0 }));
}

function fromResume({ client, t0, t, args, value }: OkEntry<"resume">): Head[] {
  return value.conversations
    .filter((part) => part.gone !== true)
    .map(({ conversation, head }) => {
      const knownSeq = value.reset === true ? 0 : (args.cursors[conversation] ?? 0);
      return { client, conversation, t0, t, head, epoch: value.epoch ?? "", knownSeq };
    });
}
