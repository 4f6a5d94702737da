import { entriesOf, oksOf, type Entry, type OperationName } from "../history.js";
import {
  replaced,
  withValue,
  withDump,
  withConversation,
  middle,
  contentRow,
  type PlantedFault,
} from "./planting.js";

/** Faults at borders: who may see, other apps, who is online, who was told no. */
export const BORDER_FAULTS: readonly PlantedFault[] = [
  {
    kind: "a kicked member goes on receiving",
    invariant: "I13",
    plant: (run) => {
      const kick = oksOf(run.history, "kick")[0];
      const later =
        kick &&
        oksOf(run.history, "deliver").find(
          ({ t, args, value }) =>
            t > kick.t &&
            args.conversation === kick.args.conversation &&
            value.seq > kick.value.seq &&
            value.kind === "message",
        );
      const rejoined =
        later &&
        oksOf(run.history, "join").some(
          ({ t0, args, t }) => args.conversation === later.args.conversation && t > kick.t && t0 < later.t,
        );
      return later && !rejoined
        ? replaced(run, later, later, { ...later, client: "app/carol/phone" })
        : undefined;
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
    plant: (run) =>
      withConversation(run, ({ rows, conversation }) => {
        const victim = rows.find(contentRow);
        return victim && conversation.includes("/user/")
          ? { rows: rows.map((row) => (row === victim ? { ...row, sender: "carol" } : row)) }
          : undefined;
      }),
  },
  {
    kind: "a text of another app leaks in a binary frame",
    invariant: "I14",
    plant: (run) =>
      withValue(run, middle(oksOf(run.history, "wire")), () => ({
        sample: Buffer.from("\u0001canary-of-other\u0000").toString("base64"),
      })),
  },
  {
    kind: "an id of another app leaks in a binary frame",
    invariant: "I14",
    plant: (run) =>
      withValue(run, middle(oksOf(run.history, "wire")), () => ({
        sample: Buffer.from("00c3f1a8e2d400", "hex").toString("base64"),
      })),
  },
  {
    kind: "a canary leaks in two pieces",
    invariant: "I14",
    plant: (run) => {
      const wire = middle(oksOf(run.history, "wire"));
      const piece = (text: string): object => ({
        ...wire,
        args: { encoding: "text" },
        value: { sample: text },
      });
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
    plant: (run) =>
      replaced(
        run,
        entriesOf(run.history, "send").find(({ outcome }) => outcome === "fail"),
      ),
  },
  {
    kind: "a refusal is not counted",
    invariant: "I20",
    plant: (run) => {
      const { backpressure } = run.dump;
      return (
        backpressure &&
        withDump(run, { backpressure: { ...backpressure, refusals: { ERR_TOO_MANY_REQUESTS: 1_000 } } })
      );
    },
  },
];
