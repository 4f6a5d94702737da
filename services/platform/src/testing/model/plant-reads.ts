import { entriesOf, oksOf } from "../history.js";
import { replaced, withValue, middle, rowsAfter, type PlantedFault } from "./planting.js";

/** Faults of what is read: unrepaired gaps, late inserts, stale answers, inexact resumes. */
export const READING_FAULTS: readonly PlantedFault[] = [
  {
    kind: "a gap is not repaired",
    invariant: "I5",
    plant: (run) => {
      const pull = entriesOf(run.history, "read").find((read) => {
        const next = rowsAfter(run.history, read)[0];
        return (
          read.outcome === "ok" &&
          next?.op === "shown" &&
          read.value.rows.length > 1 &&
          read.args.afterSeq > 0
        );
      });
      if (pull?.outcome !== "ok") return undefined;
      // Only the row that revealed the gap is shown; the hole stays.
      const last = pull.value.rows.at(-1)?.seq;
      const without = replaced(run, pull);
      const later = new Set(rowsAfter(run.history, pull));
      const history = without?.history.filter(
        (entry) =>
          !(
            later.has(entry) &&
            entry.op === "shown" &&
            entry.client === pull.client &&
            entry.outcome === "ok" &&
            entry.args.conversation === pull.args.conversation &&
            entry.value.seq > pull.args.afterSeq &&
            entry.value.seq !== last
          ),
      );
      return history && { ...run, history };
    },
  },
  {
    kind: "a row is inserted below a served cursor",
    invariant: "I6",
    plant: (run) =>
      withValue(
        run,
        middle(oksOf(run.history, "read").filter(({ value }) => value.rows.length > 1)),
        ({ rows }) => ({ rows: rows.slice(1) }),
      ),
  },
  {
    kind: "a read after an ack is stale",
    invariant: "I7",
    plant: (run) => {
      const read = oksOf(run.history, "read").findLast((each) =>
        oksOf(run.history, "send").some(
          ({ client, args, t }) =>
            client === each.client && args.conversation === each.args.conversation && t < each.t0,
        ),
      );
      return withValue(run, read, () => ({ head: 0, completeThrough: 0, rows: [] }));
    },
  },
  {
    kind: "an acked row is left out of a read",
    invariant: "I7",
    plant: (run) => {
      const sends = new Map(
        oksOf(run.history, "send").map((send) => [`${send.client} ${send.value.id}`, send]),
      );
      const read = oksOf(run.history, "read").find(({ client, t0, value }) =>
        value.rows.some(({ id }) => (sends.get(`${client} ${id}`)?.t ?? t0) < t0),
      );
      const own = ({ id }: { id?: number }): boolean => sends.has(`${read?.client} ${id}`);
      return withValue(run, read, ({ rows }) => ({ rows: rows.filter((row) => !own(row)) }));
    },
  },
  {
    kind: "the list after an ack is stale",
    invariant: "I7",
    plant: (run) => {
      const list = oksOf(run.history, "list").findLast((each) =>
        oksOf(run.history, "send").some(({ client, t }) => client === each.client && t < each.t0),
      );
      return withValue(run, list, () => ({ entries: [] }));
    },
  },
  {
    kind: "a head falls",
    invariant: "I8",
    plant: (run) => {
      const read = oksOf(run.history, "read").findLast((each) => (each.args.knownSeq ?? 0) > 2);
      return withValue(run, read, () => ({ head: 1, completeThrough: 1 }));
    },
  },
  {
    kind: "the head of the list falls",
    invariant: "I8",
    plant: (run) => {
      const list = oksOf(run.history, "list").findLast(({ client, t0, value }) =>
        oksOf(run.history, "read").some(
          (read) =>
            read.client === client &&
            read.t < t0 &&
            read.value.head > 1 &&
            value.entries.some(({ conversation }) => conversation === read.args.conversation),
        ),
      );
      return withValue(run, list, ({ entries }) => ({
        entries: entries.map((entry) => ({ ...entry, head: 1 })),
      }));
    },
  },
  {
    kind: "a resume leaves a row out",
    invariant: "I15",
    plant: (run) => {
      const resume = oksOf(run.history, "resume").find(({ value }) =>
        value.conversations.some(({ rows }) => rows.length > 1),
      );
      return withValue(run, resume, ({ conversations }) => ({
        conversations: conversations.map((part) => ({ ...part, rows: part.rows.slice(1) })),
      }));
    },
  },
  {
    kind: "a resume says that nothing was missed",
    invariant: "I15",
    plant: (run) => {
      const resume = oksOf(run.history, "resume").find(({ value }) =>
        value.conversations.some(({ rows }) => rows.some(({ kind }) => kind === "message")),
      );
      return withValue(run, resume, () => ({ conversations: [] }));
    },
  },
];
