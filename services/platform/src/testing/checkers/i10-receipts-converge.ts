import type { Dump, StoredView } from "../dump.js";
import { oksOf, parseClient, type History } from "../history.js";
import type { Violation } from "../violation.js";
import { groupBy } from "./observations.js";
import { sweep } from "./sweep.js";

type MarkName = "deliveredSeq" | "readSeq";
const MARKS: readonly MarkName[] = ["deliveredSeq", "readSeq"];

/** A user's mark as one client knew it. */
interface Known {
  readonly client: string;
  readonly conversation: string;
  readonly uid: string;
  readonly t0: number;
  readonly t: number;
  readonly mark: MarkName;
  readonly seq: number;
}

/**
 * I10: marks never fall in anyone's eyes, no acked mark is lost, read implies delivered, and at the end all
 * agree.
 */
export function checkReceiptsConverge(history: History, dump: Dump): Violation[] {
  return [...falls(history), ...views(history, dump), ...disagreements(dump)];
}

function falls(history: History): Violation[] {
  const known = groupBy(knownMarks(history), ({ client, conversation, uid, mark }) =>
    [client, conversation, uid, mark].join("\n"),
  );
  return [...known.values()].flatMap((group) => {
    const violations: Violation[] = [];
    let highest = 0;
    const onPast = ({ seq }: Known): void => void (highest = Math.max(highest, seq));
    sweep(group, group, onPast, ({ client, conversation, uid, mark, seq }) => {
      if (seq < highest) {
        violations.push(
          receipt(`${mark} of ${uid} fell from ${highest} to ${seq}`, conversation, seq, client),
        );
      }
    });
    return violations;
  });
}

function knownMarks(history: History): Known[] {
  const marks = oksOf(history, "mark").map((entry) => ({ ...entry, uid: parseClient(entry.client).uid }));
  const receipts = oksOf(history, "receipt").map((entry) => ({ ...entry, uid: entry.args.uid }));
  return [...marks, ...receipts].flatMap(({ client, uid, t0, t, args, value }) =>
    MARKS.map((mark) => ({ client, conversation: args.conversation, uid, t0, t, mark, seq: value[mark] })),
  );
}

/** The store's own marks: not below what was acked, within the log, and read within delivered. */
function views(history: History, dump: Dump): Violation[] {
  const acked = highestAcked(history);
  return dump.conversations.flatMap(({ app, conversation, head, views }) =>
    (views ?? []).flatMap((view) => {
      const { uid, deliveredSeq, readSeq } = view;
      const lost = MARKS.flatMap((mark) => {
        const seq = acked.get([app, conversation, uid, mark].join("\n")) ?? 0;
        return view[mark] < seq ? [`${mark} of ${uid} is ${view[mark]}, but ${seq} was acked`] : [];
      });
      const above =
        deliveredSeq > head ? [`deliveredSeq of ${uid} is ${deliveredSeq}, above the head ${head}`] : [];
      const unread =
        readSeq > deliveredSeq ? [`readSeq ${readSeq} of ${uid} is above deliveredSeq ${deliveredSeq}`] : [];
      return [...lost, ...above, ...unread].map((text) => receipt(text, conversation, readSeq));
    }),
  );
}

/**
 * Marks of a user who left and came back begin anew, so only those of present periods count: a removal drops
 * what was before.
 */
function highestAcked(history: History): ReadonlyMap<string, number> {
  const highest = new Map<string, number>();
  for (const entry of history) {
    if (entry.outcome !== "ok") continue;
    const { app, uid } = parseClient(entry.client);
    if (entry.op === "leave" || entry.op === "kick") {
      for (const mark of MARKS)
        highest.delete([app, entry.args.conversation, entry.args.uid, mark].join("\n"));
    } else if (entry.op === "mark") {
      for (const mark of MARKS) {
        const key = [app, entry.args.conversation, uid, mark].join("\n");
        highest.set(key, Math.max(highest.get(key) ?? 0, entry.value[mark]));
      }
    }
  }
  return highest;
}

/** At quiescence every client holds the store's marks, as far as it holds any. */
function disagreements(dump: Dump): Violation[] {
  const stored = new Map<string, StoredView>();
  for (const { conversation, views } of dump.conversations) {
    for (const view of views ?? []) stored.set(`${conversation}\n${view.uid}`, view);
  }
  return (dump.clients ?? []).flatMap(({ client, conversation, marks }) =>
    Object.entries(marks ?? {}).flatMap(([uid, held]) => {
      const view = stored.get(`${conversation}\n${uid}`);
      if (view === undefined) return [];
      return MARKS.filter((mark) => held[mark] !== view[mark]).map((mark) =>
        receipt(
          `holds ${mark} ${held[mark]} of ${uid}, the store has ${view[mark]}`,
          conversation,
          held[mark],
          client,
        ),
      );
    }),
  );
}

function receipt(text: string, conversation: string, seq: number, client?: string): Violation {
  return {
    invariant: "I10",
    class: "other",
    text,
    conversation,
    seq,
    ...(client === undefined ? {} : { client }),
  };
}
