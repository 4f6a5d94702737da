import { expect, test } from "vitest";
import { AppError, ErrorCode } from "../errors/index.js";
import { Gate, inFolder, note, openNotes, type Notes } from "./testing/open-notes.js";

// The executor in this thread and the one behind a thread must not differ.
const both = [["in memory", () => ":memory:"], ["in a file", (folder: string) => `${folder}/notes.db`]] as const;

function withNotes(path: (folder: string) => string, use: (notes: Notes, gate: Gate) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const gate = new Gate();
    const opened = await openNotes(path(folder), { beforeCommit: gate.enter });
    try {
      await use(opened, gate);
    } finally {
      gate.release();
      await opened.db.stop();
    }
  });
}

for (const [where, path] of both) {
  test(`commands queued in one tick are one transaction, and are answered in order, ${where}`, () =>
    withNotes(path, async ({ notes }, gate) => {
      const ids = await Promise.all(["a", "b", "c"].map((key) => notes.write.add(note(key))));
      expect(ids).toEqual([1, 2, 3]);
      expect(gate.entered).toBe(1);
    }));

  test(`W7: what comes while a transaction runs goes into the next one together, ${where}`, () =>
    withNotes(path, async ({ notes }, gate) => {
      gate.hold();
      const first = notes.write.add(note("first"));
      await gate.nextEntry();
      const later = ["a", "b", "c"].map((key) => notes.write.add(note(key)));
      gate.release();
      await Promise.all([first, ...later]);
      expect(gate.entered).toBe(2);
    }));

  test(`a batch has at most 500 commands, ${where}`, () =>
    withNotes(path, async ({ notes }, gate) => {
      await Promise.all(Array.from({ length: 1_001 }, (_, n) => notes.write.add(note(`n${n}`))));
      expect(gate.entered).toBe(3);
    }));

  test(`W10, P1: nothing is acked or seen before its commit, ${where}`, () =>
    withNotes(path, async ({ notes }, gate) => {
      gate.hold();
      let acked = false;
      const write = notes.write.add(note("a")).then(() => (acked = true));
      await gate.nextEntry();
      expect(await notes.read.count()).toBe(0);
      expect(acked).toBe(false);
      gate.release();
      await write;
      expect(await notes.read.count()).toBe(1);
    }));

  test(`P3: a refused commit leaves nothing behind, and the next one works, ${where}`, () =>
    inFolder(async (folder) => {
      let fails = true;
      const { db, notes } = await openNotes(path(folder), {
        beforeCommit: async () => {
          if (fails) throw new Error("no");
        },
      });
      const failed = await Promise.allSettled([notes.write.add(note("a")), notes.write.add(note("b"))]);
      expect(failed.map((each) => each.status === "rejected" && (each.reason as AppError).name))
        .toEqual(["ERR_OPERATION_FAILED", "ERR_OPERATION_FAILED"]);
      fails = false;
      expect(await notes.read.count()).toBe(0);
      await notes.write.add(note("a"));
      expect(await notes.read.keys()).toEqual(["a"]);
      await db.stop();
    }));

  test(`a command that fails half-way is undone alone, and its error arrives whole, ${where}`, () =>
    withNotes(path, async ({ notes }, gate) => {
      const [a, refused, b] = await Promise.allSettled([
        notes.write.add(note("a")), notes.write.addThenRefuse(note("x")), notes.write.add(note("b")),
      ]);
      expect([a?.status, b?.status]).toEqual(["fulfilled", "fulfilled"]);
      const error = (refused as PromiseRejectedResult).reason as AppError;
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({
        code: ErrorCode.ERR_BAD_REQUEST, message: "no room", fields: { key: "taken" }, params: { limit: 3 }, retryAfterMs: 7,
      });
      expect(await notes.read.keys()).toEqual(["a", "b"]);
      expect(gate.entered).toBe(1);
    }));

  test(`a command that breaks an index fails alone, even as the last statement of several, ${where}`, () =>
    withNotes(path, async ({ notes }) => {
      const outcomes = await Promise.allSettled([
        notes.write.add(note("a")),
        notes.write.add(note("a")),
        notes.write.addAll({ notes: [note("b"), note("c"), note("a")] }),
        notes.write.refuse(),
        notes.write.later(),
        notes.write.add(note("d")),
      ]);
      expect(outcomes.map((each) => (each.status === "rejected" ? (each.reason as AppError).name : "done")))
        .toEqual(["done", "ERR_EXCEPTION", "ERR_EXCEPTION", "ERR_UID_NOT_FOUND", "ERR_EXCEPTION", "done"]);
      expect(await notes.read.keys()).toEqual(["a", "d"]);
    }));

  test(`an unknown command, arguments or a result that cannot cross fail alone, ${where}`, () =>
    withNotes(path, async ({ db, notes }) => {
      const outcomes = await Promise.allSettled([
        db.write("notes.nothing", {}),
        db.write("notes.add", { key: "x", body: () => 1 }),
        notes.write.uncloneable(note("u")),
        notes.write.add(note("a")),
      ]);
      expect(outcomes.map((each) => each.status)).toEqual(["rejected", "rejected", "rejected", "fulfilled"]);
      await expect(db.read("notes.nothing", {})).rejects.toMatchObject({ name: "ERR_EXCEPTION" });
    }));

  test(`a command that ends the transaction takes its batch with it, and no other, ${where}`, () =>
    withNotes(path, async ({ notes }) => {
      const outcomes = await Promise.allSettled([notes.write.add(note("a")), notes.write.endTransaction(note("b"))]);
      expect(outcomes.map((each) => each.status)).toEqual(["rejected", "rejected"]);
      await notes.write.add(note("c"));
      expect(await notes.read.keys()).toEqual(["c"]);
    }));

  test(`a read command cannot write, ${where}`, () =>
    withNotes(path, async ({ notes }) => {
      await expect(notes.read.sneakyWrite(note("a"))).rejects.toMatchObject({ name: "ERR_EXCEPTION" });
      await notes.write.add(note("b"));
      expect(await notes.read.keys()).toEqual(["b"]);
    }));

  test(`P9: a read sees every write that was acked before it, ${where}`, () =>
    withNotes(path, async ({ notes }) => {
      for (let n = 1; n <= 200; n += 1) {
        await notes.write.add(note(`n${n}`));
        expect(await notes.read.count()).toBe(n);
      }
    }));

  test(`bytes cut out of a large buffer arrive as they are, and the caller keeps his, ${where}`, () =>
    withNotes(path, async ({ notes }) => {
      const pool = Buffer.alloc(65_536, 7);
      pool.write("hello", 100);
      await notes.write.add({ key: "a", body: pool.subarray(100, 105) });
      const read = await notes.read.get({ key: "a" });
      expect(read).toEqual({ id: 1, key: "a", body: new Uint8Array(Buffer.from("hello")), stars: 0 });
      expect(read?.body.buffer.byteLength).toBe(5);
      expect(pool.byteLength).toBe(65_536);
    }));

  test(`ids up to 2^53 - 1 come back as the numbers they are, ${where}`, () =>
    withNotes(path, async ({ notes }) => {
      await notes.write.add(note("a"));
      await notes.write.star({ key: "a", stars: Number.MAX_SAFE_INTEGER });
      expect((await notes.read.get({ key: "a" }))?.stars).toBe(Number.MAX_SAFE_INTEGER);
    }));

  test(`P19, Q9: a full queue refuses with a time to come back, and recovers, ${where}`, () =>
    inFolder(async (folder) => {
      const gate = new Gate();
      const { db, notes } = await openNotes(path(folder), { beforeCommit: gate.enter, commandsMax: 4 });
      gate.hold();
      const first = notes.write.add(note("first"));
      await gate.nextEntry();
      const offered = Promise.allSettled(Array.from({ length: 6 }, (_, n) => notes.write.add(note(`n${n}`))));
      gate.release();
      const outcomes = await offered;
      const refused = outcomes.filter((each) => each.status === "rejected").map((each) => each.reason as AppError);
      expect(refused.map((error) => error.name)).toEqual(["ERR_TOO_MANY_REQUESTS", "ERR_TOO_MANY_REQUESTS"]);
      expect(refused[0]?.retryAfterMs).toBeGreaterThan(0);
      expect(db.queues[0]?.refusals).toBe(2);
      await first;
      await notes.write.add(note("again"));
      expect(await notes.read.count()).toBe(6);
      await db.stop();
    }));

  test(`stop finishes what is queued and takes nothing more, ${where}`, () =>
    inFolder(async (folder) => {
      const { db, notes } = await openNotes(path(folder));
      const queued = Promise.all(Array.from({ length: 1_200 }, (_, n) => notes.write.add(note(`n${n}`))));
      await db.stop();
      expect((await queued).length).toBe(1_200);
      await expect(notes.write.add(note("late"))).rejects.toMatchObject({ name: "ERR_OPERATION_FAILED" });
    }));

  test(`F14: a full disk refuses writes, serves reads, and heals without a restart, ${where}`, () =>
    inFolder(async (folder) => {
      const { db, notes } = await openNotes(path(folder), { pagesMax: 20 });
      await notes.write.add(note("before"));
      const refused = await Promise.allSettled([notes.write.add(note("small")), notes.write.add(note("big", 200_000))]);
      expect(refused.map((each) => each.status === "rejected" && (each.reason as AppError).name))
        .toEqual(["ERR_OPERATION_FAILED", "ERR_OPERATION_FAILED"]);
      await expect(notes.write.swallow(note("swallowed", 200_000))).rejects.toMatchObject({ name: "ERR_OPERATION_FAILED" });
      expect(await notes.read.keys()).toEqual(["before"]);
      await notes.write.setPagesMax({ pages: 1_000 });
      await notes.write.add(note("big", 200_000));
      expect(await notes.read.keys()).toEqual(["before", "big"]);
      await db.stop();
    }));
}
