import { oksOf, type OkEntry } from "../history.js";
import type { Run } from "./generate-run.js";
import { replaced, withValue, withConversation, middle, contentRow, type PlantedFault } from "./planting.js";

/** A pair of acked sends of one device, one after the other. */
function sendPair(run: Run): [OkEntry<"send">, OkEntry<"send">] | undefined {
  const sends = oksOf(run.history, "send").filter(({ args }) => args.attempt === 1);
  for (const [index, one] of sends.entries()) {
    const other = sends
      .slice(index + 1)
      .find(
        ({ client, args, t0 }) =>
          client === one.client && args.conversation === one.args.conversation && t0 > one.t,
      );
    if (other !== undefined) return [one, other];
  }
  return undefined;
}

function swapSeqs(run: Run, pair: [OkEntry<"send">, OkEntry<"send">] | undefined): Run | undefined {
  if (pair === undefined) return undefined;
  const [one, other] = pair;
  const first = withValue(run, one, () => ({ seq: other.value.seq }));
  return first && withValue(first, other, () => ({ seq: one.value.seq }));
}

/** Faults of what is stored and acked: lost, doubled, swapped, inverted, phantom rows. */
export const STORED_FAULTS: readonly PlantedFault[] = [
  {
    kind: "an acked row is lost at the end of the store",
    invariant: "I1",
    plant: (run) =>
      withConversation(run, ({ rows, head }) =>
        rows.at(-1)?.kind === "message" ? { rows: rows.slice(0, -1), head: head - 1 } : undefined,
      ),
  },
  {
    kind: "an acked row is replaced by another",
    invariant: "I1",
    plant: (run) =>
      withConversation(run, ({ rows }) => {
        const victim = middle(rows.filter(contentRow));
        return (
          victim && { rows: rows.map((row) => (row === victim ? { ...row, id: row.id + 1_000_000 } : row)) }
        );
      }),
  },
  {
    kind: "a member cannot find an acked row",
    invariant: "I1",
    plant: (run) =>
      withConversation(run, ({ finalHistories = [] }) => {
        const [first, ...rest] = finalHistories;
        return first && first.rows.length > 0
          ? { finalHistories: [{ ...first, rows: first.rows.slice(1) }, ...rest] }
          : undefined;
      }),
  },
  {
    kind: "an acked edit is lost",
    invariant: "I1",
    plant: (run) =>
      withValue(run, middle(oksOf(run.history, "edit")), ({ seq }) => ({ seq: (seq ?? 0) + 100_000 })),
  },
  {
    kind: "a row is shown twice",
    invariant: "I2",
    plant: (run) => {
      const shown = middle(oksOf(run.history, "shown"));
      return shown && replaced(run, shown, shown, shown);
    },
  },
  {
    kind: "a resend is stored again",
    invariant: "I2",
    plant: (run) =>
      withConversation(run, ({ rows, head }) => {
        const doubled = rows.find(contentRow);
        return (
          doubled && {
            rows: [...rows, { ...doubled, seq: head + 1, id: doubled.id + 1_000_000 }],
            head: head + 1,
          }
        );
      }),
  },
  {
    kind: "a resend is acked under another number",
    invariant: "I2",
    plant: (run) => {
      const sends = oksOf(run.history, "send");
      const send = middle(sends);
      return send && replaced(run, send, send, { ...send, value: { ...send.value, id: send.value.id + 1 } });
    },
  },
  {
    kind: "a muid is accepted for two contents",
    invariant: "I2",
    plant: (run) => {
      const send = middle(oksOf(run.history, "send"));
      return send && replaced(run, send, send, { ...send, args: { ...send.args, content: "other" } });
    },
  },
  {
    kind: "two rows are swapped for one client",
    invariant: "I3",
    plant: (run) => {
      const shown = oksOf(run.history, "shown");
      for (const [index, one] of shown.entries()) {
        const next = shown
          .slice(index + 1)
          .find(({ client, args }) => client === one.client && args.conversation === one.args.conversation);
        if (next === undefined || next.value.seq <= one.value.seq) continue;
        const first = replaced(run, one, { ...one, value: next.value });
        return first && replaced(first, next, { ...next, value: one.value });
      }
      return undefined;
    },
  },
  {
    kind: "a seq names two rows",
    invariant: "I3",
    plant: (run) =>
      withValue(
        run,
        middle(oksOf(run.history, "deliver").filter(({ value }) => value.id !== undefined)),
        ({ id = 0 }) => ({ id: id + 1 }),
      ),
  },
  {
    kind: "a hole in the store",
    invariant: "I3",
    plant: (run) =>
      withConversation(run, ({ rows, head }) => {
        const victim = middle(rows);
        return victim && victim.seq < head ? { rows: rows.filter((row) => row !== victim) } : undefined;
      }),
  },
  {
    kind: "time falls along the log",
    invariant: "I3",
    plant: (run) =>
      withConversation(run, ({ rows }) => ({
        rows: rows.map((row) => (row === rows.at(-1) ? { ...row, sentAtMs: 1 } : row)),
      })),
  },
  { kind: "awaited sends are inverted", invariant: "I4", plant: (run) => swapSeqs(run, sendPair(run)) },
  {
    kind: "pipelined sends are inverted",
    invariant: "I4",
    plant: (run) => {
      const sends = oksOf(run.history, "send");
      for (const one of sends) {
        const other = sends.find(
          (each) =>
            each.client === one.client &&
            each.args.attempt === 1 &&
            one.args.attempt === 1 &&
            each.t0 > one.t0 &&
            each.t0 < one.t,
        );
        if (other !== undefined) return swapSeqs(run, [one, other]);
      }
      return undefined;
    },
  },
  {
    kind: "a refused send is stored",
    invariant: "I9",
    plant: (run) => {
      const send = middle(oksOf(run.history, "send").filter(({ args }) => args.attempt === 1));
      if (send === undefined) return undefined;
      const refused = { ...send, outcome: "fail", value: { code: "ERR_TOO_MANY_REQUESTS" } };
      const attempts = run.history.filter(
        (entry) => entry.op === "send" && entry.args.muid === send.args.muid,
      );
      return attempts.length === 1 ? replaced(run, send, refused) : undefined;
    },
  },
  {
    kind: "a row is delivered that is not stored",
    invariant: "I9",
    plant: (run) =>
      withValue(run, middle(oksOf(run.history, "deliver")), ({ seq }) => ({ seq: seq + 100_000 })),
  },
];
