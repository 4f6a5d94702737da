import type { Dump, StoredConversation, StoredRow } from "../dump.js";
import { entriesOf, oksOf, type Entry, type History, type OkEntry, type OperationName } from "../history.js";
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
function replaced(run: Run, old: Entry | undefined, ...fresh: readonly object[]): Run | undefined {
  if (old === undefined) return undefined;
  const history = run.history.flatMap((entry) => (entry === old ? (fresh as readonly Entry[]) : [entry]));
  return { ...run, history };
}

function withValue<Op extends OperationName>(run: Run, entry: OkEntry<Op> | undefined, change: (value: Value<Op>) => object): Run | undefined {
  return entry && replaced(run, entry as Entry, { ...entry, value: { ...entry.value, ...change(entry.value) } });
}

function withDump(run: Run, change: Partial<Dump>): Run {
  return { ...run, dump: { ...run.dump, ...change } };
}

/** The run with the first conversation that `change` has an answer for replaced in the dump. */
function withConversation(run: Run, change: (stored: StoredConversation) => Partial<StoredConversation> | undefined): Run | undefined {
  for (const stored of run.dump.conversations) {
    const changed = change(stored);
    if (changed === undefined) continue;
    const conversations = run.dump.conversations.map((each) => (each === stored ? { ...each, ...changed } : each));
    return withDump(run, { conversations });
  }
  return undefined;
}

function middle<T>(items: readonly T[]): T | undefined {
  return items[Math.floor(items.length / 2)];
}

function rowsAfter(history: History, entry: Entry): History {
  return history.slice(history.indexOf(entry) + 1);
}

function contentRow({ kind }: StoredRow): boolean {
  return kind === "message";
}

/** A pair of acked sends of one device, one after the other. */
function sendPair(run: Run): [OkEntry<"send">, OkEntry<"send">] | undefined {
  const sends = oksOf(run.history, "send").filter(({ args }) => args.attempt === 1);
  for (const [index, one] of sends.entries()) {
    const other = sends.slice(index + 1).find(
      ({ client, args, t0 }) => client === one.client && args.conversation === one.args.conversation && t0 > one.t,
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

export const PLANTED_FAULTS: readonly PlantedFault[] = [
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
        return victim && { rows: rows.map((row) => (row === victim ? { ...row, id: row.id + 1_000_000 } : row)) };
      }),
  },
  {
    kind: "a member cannot find an acked row",
    invariant: "I1",
    plant: (run) =>
      withConversation(run, ({ finalHistories = [] }) => {
        const [first, ...rest] = finalHistories;
        return first && first.rows.length > 0 ? { finalHistories: [{ ...first, rows: first.rows.slice(1) }, ...rest] } : undefined;
      }),
  },
  {
    kind: "an acked edit is lost",
    invariant: "I1",
    plant: (run) => withValue(run, middle(oksOf(run.history, "edit")), ({ seq }) => ({ seq: (seq ?? 0) + 100_000 })),
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
        return doubled && { rows: [...rows, { ...doubled, seq: head + 1, id: doubled.id + 1_000_000 }], head: head + 1 };
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
        const next = shown.slice(index + 1).find(({ client, args }) => client === one.client && args.conversation === one.args.conversation);
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
    plant: (run) => withValue(run, middle(oksOf(run.history, "deliver").filter(({ value }) => value.id !== undefined)), ({ id = 0 }) => ({ id: id + 1 })),
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
    plant: (run) => withConversation(run, ({ rows }) => ({ rows: rows.map((row) => (row === rows.at(-1) ? { ...row, sentAtMs: 1 } : row)) })),
  },
  { kind: "awaited sends are inverted", invariant: "I4", plant: (run) => swapSeqs(run, sendPair(run)) },
  {
    kind: "pipelined sends are inverted",
    invariant: "I4",
    plant: (run) => {
      const sends = oksOf(run.history, "send");
      for (const one of sends) {
        const other = sends.find((each) => each.client === one.client && each.args.attempt === 1 && one.args.attempt === 1 && each.t0 > one.t0 && each.t0 < one.t);
        if (other !== undefined) return swapSeqs(run, [one, other]);
      }
      return undefined;
    },
  },
  {
    kind: "a gap is not repaired",
    invariant: "I5",
    plant: (run) => {
      const pull = entriesOf(run.history, "read").find((read) => {
        const next = rowsAfter(run.history, read)[0];
        return read.outcome === "ok" && next?.op === "shown" && read.value.rows.length > 1 && read.args.afterSeq > 0;
      });
      if (pull?.outcome !== "ok") return undefined;
      // Only the row that revealed the gap is shown; the hole stays.
      const last = pull.value.rows.at(-1)?.seq;
      const without = replaced(run, pull);
      const later = new Set(rowsAfter(run.history, pull));
      const history = without?.history.filter(
        (entry) => !(later.has(entry) && entry.op === "shown" && entry.client === pull.client && entry.outcome === "ok" &&
          entry.args.conversation === pull.args.conversation && entry.value.seq > pull.args.afterSeq && entry.value.seq !== last),
      );
      return history && { ...run, history };
    },
  },
  {
    kind: "a row is inserted below a served cursor",
    invariant: "I6",
    plant: (run) => withValue(run, middle(oksOf(run.history, "read").filter(({ value }) => value.rows.length > 1)), ({ rows }) => ({ rows: rows.slice(1) })),
  },
  {
    kind: "a read after an ack is stale",
    invariant: "I7",
    plant: (run) => {
      const read = oksOf(run.history, "read").findLast((each) =>
        oksOf(run.history, "send").some(({ client, args, t }) => client === each.client && args.conversation === each.args.conversation && t < each.t0),
      );
      return withValue(run, read, () => ({ head: 0, completeThrough: 0, rows: [] }));
    },
  },
  {
    kind: "an acked row is left out of a read",
    invariant: "I7",
    plant: (run) => {
      const sends = new Map(oksOf(run.history, "send").map((send) => [`${send.client} ${send.value.id}`, send]));
      const read = oksOf(run.history, "read").find(({ client, t0, value }) => value.rows.some(({ id }) => (sends.get(`${client} ${id}`)?.t ?? t0) < t0));
      const own = ({ id }: { id?: number }): boolean => sends.has(`${read?.client} ${id}`);
      return withValue(run, read, ({ rows }) => ({ rows: rows.filter((row) => !own(row)) }));
    },
  },
  {
    kind: "the list after an ack is stale",
    invariant: "I7",
    plant: (run) => {
      const list = oksOf(run.history, "list").findLast((each) => oksOf(run.history, "send").some(({ client, t }) => client === each.client && t < each.t0));
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
        oksOf(run.history, "read").some((read) => read.client === client && read.t < t0 && read.value.head > 1 && value.entries.some(({ conversation }) => conversation === read.args.conversation)),
      );
      return withValue(run, list, ({ entries }) => ({ entries: entries.map((entry) => ({ ...entry, head: 1 })) }));
    },
  },
  {
    kind: "a refused send is stored",
    invariant: "I9",
    plant: (run) => {
      const send = middle(oksOf(run.history, "send").filter(({ args }) => args.attempt === 1));
      if (send === undefined) return undefined;
      const refused = { ...send, outcome: "fail", value: { code: "ERR_TOO_MANY_REQUESTS" } };
      const attempts = run.history.filter((entry) => entry.op === "send" && entry.args.muid === send.args.muid);
      return attempts.length === 1 ? replaced(run, send, refused) : undefined;
    },
  },
  {
    kind: "a row is delivered that is not stored",
    invariant: "I9",
    plant: (run) => withValue(run, middle(oksOf(run.history, "deliver")), ({ seq }) => ({ seq: seq + 100_000 })),
  },
  {
    kind: "a mark falls",
    invariant: "I10",
    plant: (run) => withValue(run, oksOf(run.history, "receipt").findLast(({ t, args, client, value }) =>
      value.deliveredSeq > 1 && oksOf(run.history, "receipt").some((each) => each.t < t && each.client === client && each.args.uid === args.uid && each.args.conversation === args.conversation && each.value.deliveredSeq > 1)), () => ({ deliveredSeq: 0, readSeq: 0 })),
  },
  {
    kind: "an acked mark is lost",
    invariant: "I10",
    plant: (run) => {
      const moved = new Set(oksOf(run.history, "mark").filter(({ value }) => value.readSeq > 0).map(({ args, client }) => `${args.conversation} ${client.split("/")[1]}`));
      return withConversation(run, ({ conversation, views = [] }) => {
        const victim = views.find(({ uid }) => moved.has(`${conversation} ${uid}`) && uid !== "carol");
        return victim && { views: views.map((view) => (view === victim ? { ...view, deliveredSeq: 0, readSeq: 0 } : view)) };
      });
    },
  },
  {
    kind: "a device holds another mark",
    invariant: "I10",
    plant: (run) => {
      const [first, ...rest] = run.dump.clients ?? [];
      if (first?.marks === undefined) return undefined;
      const marks = Object.fromEntries(Object.entries(first.marks).map(([uid, { deliveredSeq, readSeq }]) => [uid, { deliveredSeq: deliveredSeq + 1, readSeq }]));
      return withDump(run, { clients: [{ ...first, marks }, ...rest] });
    },
  },
  {
    kind: "a count drifts",
    invariant: "I11",
    plant: (run) => withConversation(run, ({ views = [] }) => views.length > 0 ? { views: views.map((view, index) => (index === 0 ? { ...view, unread: view.unread + 1 } : view)) } : undefined),
  },
  {
    kind: "an answered count drifts",
    invariant: "I11",
    plant: (run) => withValue(run, middle(oksOf(run.history, "unread")), ({ unread }) => ({ unread: unread + 1 })),
  },
  {
    kind: "countableNo drifts",
    invariant: "I11",
    plant: (run) => withConversation(run, ({ rows }) => rows.length > 0 ? { rows: rows.map((row, index) => (index === rows.length - 1 ? { ...row, countableNo: (row.countableNo ?? 0) + 1 } : row)) } : undefined),
  },
  {
    kind: "an edit is not applied",
    invariant: "I12",
    plant: (run) => withConversation(run, ({ rows, projections = [] }) => {
      const target = rows.findLast(({ kind, target: id }) => kind === "edited" && projections.some((each) => each.id === id && !each.deleted))?.target;
      return target === undefined ? undefined : { projections: projections.map((each) => (each.id === target ? { ...each, content: "as it was" } : each)) };
    }),
  },
  {
    kind: "a reaction is lost on one client",
    invariant: "I12",
    plant: (run) => {
      const clients = run.dump.clients ?? [];
      const victim = clients.find(({ messages = [] }) => messages.some(({ reactions }) => Object.keys(reactions).length > 0));
      return victim && withDump(run, { clients: clients.map((each) => (each === victim ? { ...each, messages: each.messages?.map((message) => ({ ...message, reactions: {} })) ?? [] } : each)) });
    },
  },
  {
    kind: "a projection is missing",
    invariant: "I12",
    plant: (run) => withConversation(run, ({ projections = [] }) => (projections.length > 0 ? { projections: projections.slice(1) } : undefined)),
  },
  {
    kind: "a kicked member goes on receiving",
    invariant: "I13",
    plant: (run) => {
      const kick = oksOf(run.history, "kick")[0];
      const later = kick && oksOf(run.history, "deliver").find(({ t, args, value }) => t > kick.t && args.conversation === kick.args.conversation && value.seq > kick.value.seq && value.kind === "message");
      const rejoined = later && oksOf(run.history, "join").some(({ t0, args, t }) => args.conversation === later.args.conversation && t > kick.t && t0 < later.t);
      return later && !rejoined ? replaced(run, later, later, { ...later, client: "app/carol/phone" }) : undefined;
    },
  },
  {
    kind: "a stranger receives",
    invariant: "I13",
    plant: (run) => {
      const deliver = oksOf(run.history, "deliver").find(({ args }) => args.conversation.includes("/user/"));
      return deliver && replaced(run, deliver, deliver, { ...deliver, client: "app/carol/phone" });
    },
  },
  {
    kind: "a non-member's send is stored",
    invariant: "I13",
    plant: (run) => withConversation(run, ({ rows, conversation }) => {
      const victim = rows.find(contentRow);
      return victim && conversation.includes("/user/") ? { rows: rows.map((row) => (row === victim ? { ...row, sender: "carol" } : row)) } : undefined;
    }),
  },
  {
    kind: "a text of another app leaks in a binary frame",
    invariant: "I14",
    plant: (run) => withValue(run, middle(oksOf(run.history, "wire")), () => ({ sample: Buffer.from("\u0001canary-of-other\u0000").toString("base64") })),
  },
  {
    kind: "an id of another app leaks in a binary frame",
    invariant: "I14",
    plant: (run) => withValue(run, middle(oksOf(run.history, "wire")), () => ({ sample: Buffer.from("00c3f1a8e2d400", "hex").toString("base64") })),
  },
  {
    kind: "a canary leaks in two pieces",
    invariant: "I14",
    plant: (run) => {
      const wire = middle(oksOf(run.history, "wire"));
      const piece = (text: string): object => ({ ...wire, args: { encoding: "text" }, value: { sample: text } });
      return wire && replaced(run, wire, piece("x canary-of"), piece("-other x"));
    },
  },
  {
    kind: "a text of another app leaks in an error",
    invariant: "I14",
    plant: (run) => {
      const refused = entriesOf(run.history, "send").find(({ outcome }) => outcome === "fail");
      return refused && replaced(run, refused, { ...refused, value: { code: "ERR_X canary-of-other" } });
    },
  },
  {
    kind: "a resume leaves a row out",
    invariant: "I15",
    plant: (run) => {
      const resume = oksOf(run.history, "resume").find(({ value }) => value.conversations.some(({ rows }) => rows.length > 1));
      return withValue(run, resume, ({ conversations }) => ({ conversations: conversations.map((part) => ({ ...part, rows: part.rows.slice(1) })) }));
    },
  },
  {
    kind: "a resume says that nothing was missed",
    invariant: "I15",
    plant: (run) => {
      const resume = oksOf(run.history, "resume").find(({ value }) => value.conversations.some(({ rows }) => rows.some(({ kind }) => kind === "message")));
      return withValue(run, resume, () => ({ conversations: [] }));
    },
  },
  {
    kind: "a ghost stays online",
    invariant: "I16",
    plant: (run) => {
      const { at, presenceLeaseMs = 0 } = run.dump;
      const happened = (client: string, op: OperationName, args: object, value: object): Entry =>
        ({ t0: at, t: at, client, op, args, outcome: "ok", value }) as Entry;
      const history = [
        ...run.history,
        happened("app/alice/phone", "presence", { uid: "bob" }, { online: true }),
        happened("app/bob/phone", "disconnect", {}, {}),
      ];
      return { history, dump: { ...run.dump, at: at + 3 * presenceLeaseMs } };
    },
  },
  {
    kind: "a refusal is silent",
    invariant: "I20",
    plant: (run) => replaced(run, entriesOf(run.history, "send").find(({ outcome }) => outcome === "fail")),
  },
  {
    kind: "a refusal is not counted",
    invariant: "I20",
    plant: (run) => {
      const { backpressure } = run.dump;
      return backpressure && withDump(run, { backpressure: { ...backpressure, refusals: { ERR_TOO_MANY_REQUESTS: 1_000 } } });
    },
  },
];
