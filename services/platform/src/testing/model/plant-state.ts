import { oksOf } from "../history.js";
import { withValue, withDump, withConversation, middle, type PlantedFault } from "./planting.js";

/** Faults of derived state: marks, counts, projections. */
export const STATE_FAULTS: readonly PlantedFault[] = [
  {
    kind: "a mark falls",
    invariant: "I10",
    plant: (run) =>
      withValue(
        run,
        oksOf(run.history, "receipt").findLast(
          ({ t, args, client, value }) =>
            value.deliveredSeq > 1 &&
            oksOf(run.history, "receipt").some(
              (each) =>
                each.t < t &&
                each.client === client &&
                each.args.uid === args.uid &&
                each.args.conversation === args.conversation &&
                each.value.deliveredSeq > 1,
            ),
        ),
        () => ({ deliveredSeq: 0, readSeq: 0 }),
      ),
  },
  {
    kind: "an acked mark is lost",
    invariant: "I10",
    plant: (run) => {
      const moved = new Set(
        oksOf(run.history, "mark")
          .filter(({ value }) => value.readSeq > 0)
          .map(({ args, client }) => `${args.conversation} ${client.split("/")[1]}`),
      );
      return withConversation(run, ({ conversation, views = [] }) => {
        const victim = views.find(({ uid }) => moved.has(`${conversation} ${uid}`) && uid !== "carol");
        return (
          victim && {
            views: views.map((view) => (view === victim ? { ...view, deliveredSeq: 0, readSeq: 0 } : view)),
          }
        );
      });
    },
  },
  {
    kind: "a device holds another mark",
    invariant: "I10",
    plant: (run) => {
      const [first, ...rest] = run.dump.clients ?? [];
      if (first?.marks === undefined) return undefined;
      const marks = Object.fromEntries(
        Object.entries(first.marks).map(([uid, { deliveredSeq, readSeq }]) => [
          uid,
          { deliveredSeq: deliveredSeq + 1, readSeq },
        ]),
      );
      return withDump(run, { clients: [{ ...first, marks }, ...rest] });
    },
  },
  {
    kind: "a count drifts",
    invariant: "I11",
    plant: (run) =>
      withConversation(run, ({ views = [] }) =>
        views.length > 0
          ? { views: views.map((view, index) => (index === 0 ? { ...view, unread: view.unread + 1 } : view)) }
          : undefined,
      ),
  },
  {
    kind: "an answered count drifts",
    invariant: "I11",
    plant: (run) =>
      withValue(run, middle(oksOf(run.history, "unread")), ({ unread }) => ({ unread: unread + 1 })),
  },
  {
    kind: "countableNo drifts",
    invariant: "I11",
    plant: (run) =>
      withConversation(run, ({ rows }) =>
        rows.length > 0
          ? {
              rows: rows.map((row, index) =>
                index === rows.length - 1 ? { ...row, countableNo: (row.countableNo ?? 0) + 1 } : row,
              ),
            }
          : undefined,
      ),
  },
  {
    kind: "an edit is not applied",
    invariant: "I12",
    plant: (run) =>
      withConversation(run, ({ rows, projections = [] }) => {
        const target = rows.findLast(
          ({ kind, target: id }) =>
            kind === "edited" && projections.some((each) => each.id === id && !each.deleted),
        )?.target;
        return target === undefined
          ? undefined
          : {
              projections: projections.map((each) =>
                each.id === target ? { ...each, content: "as it was" } : each,
              ),
            };
      }),
  },
  {
    kind: "a reaction is lost on one client",
    invariant: "I12",
    plant: (run) => {
      const clients = run.dump.clients ?? [];
      const victim = clients.find(({ messages = [] }) =>
        messages.some(({ reactions }) => Object.keys(reactions).length > 0),
      );
      return (
        victim &&
        withDump(run, {
          clients: clients.map((each) =>
            each === victim
              ? { ...each, messages: each.messages?.map((message) => ({ ...message, reactions: {} })) ?? [] }
              : each,
          ),
        })
      );
    },
  },
  {
    kind: "a projection is missing",
    invariant: "I12",
    plant: (run) =>
      withConversation(run, ({ projections = [] }) =>
        projections.length > 0 ? { projections: projections.slice(1) } : undefined,
      ),
  },
];
