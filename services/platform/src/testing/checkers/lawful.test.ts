import { describe, expect, it } from "vitest";
import type { Dump, StoredRow } from "../dump.js";
import type { Entry, History, OperationName, Operations } from "../history.js";
import { CHECKERS, INVARIANTS } from "./check-all.js";

const PAIR = "app/user/alice/bob";
const GROUP = "app/group/book-club";

function at<Op extends OperationName>(
  [t0, t]: [number, number],
  client: string,
  op: Op,
  args: Operations[Op]["args"],
  value: Operations[Op]["value"],
): Entry {
  return { t0, t, client: `app/${client}/phone`, op, args, outcome: "ok", value } as unknown as Entry;
}

function message(seq: number, sender = "alice"): StoredRow {
  return { seq, id: 100 + seq, kind: "message", sender, muid: `m${seq}`, countable: true };
}

function dumpOf(conversation: string, rows: readonly StoredRow[], founders = ["alice", "bob"]): Dump {
  return { at: 1_000, conversations: [{ app: "app", conversation, head: rows.length, rows, founders }] };
}

function seen(seq: number): { seq: number; id: number; kind: string } {
  return { seq, id: 100 + seq, kind: "message" };
}

function expectLawful(history: History, dump: Dump): void {
  expect(INVARIANTS.flatMap((name) => CHECKERS[name](history, dump))).toEqual([]);
}

/** What may look like a fault and is none. */
describe("H3: the checkers accept", () => {
  it("live rows out of order, when they are held back until the gap is filled (F8)", () => {
    const live = [2, 4, 3].map((seq, index) =>
      at([10 + index, 10 + index], "bob", "deliver", { conversation: PAIR }, seen(seq)),
    );
    const [two, four, three] = live as [Entry, Entry, Entry];
    const shown = [2, 3, 4].map((seq) =>
      at([20 + seq, 20 + seq], "bob", "shown", { conversation: PAIR }, seen(seq)),
    );
    expectLawful(
      [two, four, three, ...shown],
      dumpOf(
        PAIR,
        [1, 2, 3, 4].map((seq) => message(seq)),
      ),
    );
  });

  it("a send that was on its way when its sender was kicked, but not one that began after the answer (P14)", () => {
    const kicked: StoredRow = { seq: 1, id: 101, kind: "kicked", sender: "alice", on: "bob", countable: false };
    const kick = at([10, 20], "alice", "kick", { conversation: GROUP, uid: "bob" }, { seq: 1 });
    const send = (t0: number): Entry =>
      at([t0, 30], "bob", "send", { conversation: GROUP, muid: "m2", content: "c" }, { id: 102, seq: 2 });
    const dump = dumpOf(GROUP, [kicked, message(2, "bob")]);
    expectLawful([kick, send(15)], dump);
    expect(CHECKERS.I13([kick, send(25)], dump)).toHaveLength(1);
  });

  it("an answer to a read that was asked before the reader's removal was answered, but nothing live (P14)", () => {
    const kicked: StoredRow = { seq: 1, id: 101, kind: "kicked", sender: "alice", on: "bob", countable: false };
    const kick = at([10, 20], "alice", "kick", { conversation: GROUP, uid: "bob" }, { seq: 1 });
    const read = (t0: number): Entry => at(
      [t0, 30], "bob", "read", { conversation: GROUP, afterSeq: 1 }, { rows: [seen(2)], head: 2, completeThrough: 2 },
    );
    const dump = dumpOf(GROUP, [kicked, message(2)]);
    expectLawful([kick, read(15)], dump);
    expect(CHECKERS.I13([kick, read(25)], dump)).toHaveLength(1);
    expect(CHECKERS.I13([kick, at([15, 15], "bob", "deliver", { conversation: GROUP }, seen(2))], dump)).toHaveLength(1);
  });

  it("everything shown again after the client was told to drop its copy", () => {
    const show = (t: number): Entry => at([t, t], "bob", "shown", { conversation: PAIR }, seen(1));
    const deliver = at([1, 1], "bob", "deliver", { conversation: PAIR }, seen(1));
    const read = at(
      [4, 5],
      "bob",
      "read",
      { conversation: PAIR, afterSeq: 0 },
      { rows: [seen(1)], head: 1, completeThrough: 1 },
    );
    const reset = at([3, 3], "bob", "reset", {}, {});
    expectLawful([deliver, show(2), reset, read, show(6)], dumpOf(PAIR, [message(1)]));
  });

  it("a resend whose first attempt had landed before what was acked meanwhile", () => {
    const first = {
      t0: 1,
      t: 5,
      client: "app/alice/phone",
      op: "send",
      args: { conversation: PAIR, muid: "m1", content: "x" },
      outcome: "unknown",
    } as Entry;
    const second = at(
      [2, 3],
      "alice",
      "send",
      { conversation: PAIR, muid: "m2", content: "y" },
      { id: 102, seq: 2 },
    );
    const resend = at(
      [6, 7],
      "alice",
      "send",
      { conversation: PAIR, muid: "m1", content: "x", attempt: 2 },
      { id: 101, seq: 1, duplicate: true },
    );
    expectLawful([second, first, resend], dumpOf(PAIR, [message(1), message(2)]));
  });

  it("a message that is acked without a seq while it is withheld", () => {
    const send = at(
      [1, 2],
      "alice",
      "send",
      { conversation: PAIR, muid: "m9", content: "x" },
      { id: 109, seq: 0 },
    );
    expectLawful([send], dumpOf(PAIR, [message(1)]));
  });

  it("a lower head under a new epoch, after a restore", () => {
    const read = (t: number, head: number, epoch: string): Entry =>
      at(
        [t, t + 1],
        "bob",
        "read",
        { conversation: PAIR, afterSeq: head },
        { rows: [], head, completeThrough: head, epoch },
      );
    expectLawful([read(1, 2, "a"), read(3, 1, "b")], dumpOf(PAIR, [message(1), message(2)]));
  });

  it("two reads under way at once that are answered in the other order", () => {
    const read = (t0: number, t: number, head: number): Entry =>
      at(
        [t0, t],
        "bob",
        "read",
        { conversation: PAIR, afterSeq: head },
        { rows: [], head, completeThrough: head },
      );
    expectLawful([read(2, 3, 2), read(1, 4, 1)], dumpOf(PAIR, [message(1), message(2)]));
  });

  it("a member who came back and reads what was said meanwhile, where history is full", () => {
    const removal: StoredRow = {
      seq: 1,
      id: 101,
      kind: "kicked",
      sender: "alice",
      on: "carol",
      countable: false,
    };
    const comeback: StoredRow = {
      seq: 3,
      id: 103,
      kind: "joined",
      sender: "carol",
      on: "carol",
      countable: false,
    };
    const rows = [seen(2), { seq: 3, id: 103, kind: "joined" }];
    const join = at([10, 11], "carol", "join", { conversation: GROUP, uid: "carol" }, { seq: 3 });
    const read = at(
      [12, 13],
      "carol",
      "read",
      { conversation: GROUP, afterSeq: 1 },
      { rows, head: 3, completeThrough: 3 },
    );
    const dump = dumpOf(GROUP, [removal, message(2), comeback], ["alice", "carol"]);
    expectLawful([join, read], dump);
    const before = { rows: [seen(2)], head: 2, completeThrough: 2 };
    const early = at([5, 6], "carol", "read", { conversation: GROUP, afterSeq: 1 }, before);
    expect(CHECKERS.I13([early, join], dump).map(({ seq }) => seq)).toEqual([2]);
  });

  it("the echo of a canary that the client itself wrote, and no other", () => {
    const canaries = ["secret-one", "secret-two"].map((text) => ({ app: "other", name: text, text }));
    const probe = at([1, 2], "alice", "list", { node: "secret-one" }, { entries: [] });
    const echo = (t: number, sample: string): Entry =>
      at([t, t], "alice", "wire", { encoding: "text" }, { sample });
    const dump = { ...dumpOf(PAIR, []), canaries };
    expectLawful([probe, echo(3, "unknown: secret-one")], dump);
    expect(CHECKERS.I14([probe, echo(3, "secret-one is secret-two")], dump)).toHaveLength(1);
  });

  it("a presence that is old only because the watcher was away", () => {
    const history: History = [
      at([1, 1], "alice", "connect", {}, {}),
      at([1, 1], "bob", "connect", {}, {}),
      at([2, 2], "bob", "presence", { uid: "alice" }, { online: true }),
      at([3, 3], "bob", "disconnect", {}, {}),
      at([4, 4], "alice", "disconnect", {}, {}),
    ];
    expectLawful(history, { ...dumpOf(PAIR, []), presenceLeaseMs: 10 });
  });
});
