import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { recordingLog } from "../log/index.js";
import { ManualClock } from "../time/index.js";
import { Gate, inFolder, note, NOTES, openNotes } from "./testing/open-notes.js";

const CHILD = new URL("./testing/crash-child.js", import.meta.url);
const OLDER = new URL("./testing/notes-older.js", import.meta.url);
const BROKEN = new URL("./testing/notes-broken.js", import.meta.url);

type Report = { opened?: true; acked?: string; refused?: string };

function startChild(...args: string[]): ChildProcess {
  return fork(CHILD, args, { execArgv: [] });
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

test("what was acked is there after a restart, in one file with an empty WAL, under the same epoch (W19)", () =>
  inFolder(async (folder) => {
    const path = `${folder}/deeper/notes.db`;
    const first = await openNotes(path, { readers: 2 });
    await Promise.all(["a", "b"].map((key) => first.notes.write.add(note(key))));
    await first.db.stop();
    expect((await readdir(`${folder}/deeper`)).toSorted()).toEqual(["notes.db", "notes.db.lock"]);
    const second = await openNotes(path);
    expect(await second.notes.read.keys()).toEqual(["a", "b"]);
    expect(second.db.epoch).toBe(first.db.epoch);
    await second.db.stop();
  }));

test("every new file has an epoch of its own, 64 bits in hex (W19)", () =>
  inFolder(async (folder) => {
    const stores = [await openNotes(`${folder}/a.db`), await openNotes(`${folder}/b.db`), await openNotes(":memory:")];
    const epochs = stores.map(({ db }) => db.epoch);
    for (const epoch of epochs) expect(epoch).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(epochs).size).toBe(3);
    for (const { db } of stores) await db.stop();
  }));

test("the file is opened with the settings of CL1, CL3 and CL4", () =>
  inFolder(async (folder) => {
    const { db, notes } = await openNotes(`${folder}/notes.db`);
    expect(await notes.write.settings()).toEqual(["wal", 2, 8_000, 268_435_456, -65_536]);
    const [journal, , foreignKeys, trustedSchema, cache, busy] = await notes.read.settings();
    expect([journal, foreignKeys, trustedSchema, cache, busy]).toEqual(["wal", 1, 0, -65_536, 5_000]);
    await db.stop();
  }));

test("a file of an older program is brought up to date once, with its rows", () =>
  inFolder(async (folder) => {
    const path = `${folder}/notes.db`;
    const older = await openNotes(path, { modules: [OLDER] });
    await older.notes.write.add(note("a"));
    await older.db.stop();
    for (let round = 0; round < 2; round += 1) {
      const newer = await openNotes(path);
      expect(await newer.notes.read.get({ key: "a" })).toMatchObject({ key: "a", stars: 0 });
      await newer.db.stop();
    }
  }));

test("a file of a newer program is refused, and stays usable by that", () =>
  inFolder(async (folder) => {
    const path = `${folder}/notes.db`;
    await (await openNotes(path)).db.stop();
    await expect(openNotes(path, { modules: [OLDER] })).rejects.toThrow(/notes have version 2, this program knows 1/);
    await (await openNotes(path)).db.stop();
  }));

test("a migration that fails half-way leaves the file as it was", () =>
  inFolder(async (folder) => {
    const path = `${folder}/notes.db`;
    await (await openNotes(path)).db.stop();
    await expect(openNotes(path, { modules: [BROKEN] })).rejects.toThrow(/notes_nowhere/);
    const { db, notes } = await openNotes(path);
    await notes.write.add(note("a"));
    await db.stop();
  }));

test("a module that cannot be loaded, or whose name is taken, fails the start and frees the file", () =>
  inFolder(async (folder) => {
    const path = `${folder}/notes.db`;
    await expect(openNotes(path, { modules: [new URL("./nowhere.js", NOTES)] })).rejects.toThrow(/nowhere/);
    await expect(openNotes(path, { modules: [NOTES, OLDER] })).rejects.toThrow(/one name/);
    await (await openNotes(path)).db.stop();
  }));

test("L1: a second process, or a second store of this one, cannot open the file while it is in use", () =>
  inFolder(async (folder) => {
    const path = `${folder}/notes.db`;
    const { db } = await openNotes(path);
    await expect(openNotes(path)).rejects.toThrow(/another process uses the database/);
    const child = startChild(path, "lock");
    const [report] = (await once(child, "message")) as [Report];
    expect(report.refused).toMatch(/another process uses the database/);
    await once(child, "exit");
    await db.stop();
    await (await openNotes(path)).db.stop();
  }));

test("I1, F1: a process killed in the middle of writing loses nothing that it acked, and leaves no lock", () =>
  inFolder(async (folder) => {
    const path = `${folder}/notes.db`;
    const acked: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const child = startChild(path, "write", String(round));
      await new Promise<void>((resolve) => {
        const enough = acked.length + 700 * (round + 1);
        child.on("message", ({ acked: key }: Report) => {
          if (key !== undefined && acked.push(key) >= enough) resolve();
        });
      });
      await kill(child);
    }
    const { db, notes } = await openNotes(path);
    const stored = new Set(await notes.read.keys());
    expect(acked.filter((key) => !stored.has(key))).toEqual([]);
    await db.stop();
  }));

test("P3: when the writer thread dies, its batch is unknown, the rest is refused, and the file is free after stop", () =>
  inFolder(async (folder) => {
    const path = `${folder}/notes.db`;
    const log = recordingLog();
    const gate = new Gate();
    gate.hold();
    let tell: (error: unknown) => void = () => undefined;
    const lost = new Promise((resolve) => (tell = resolve));
    const { db, notes } = await openNotes(path, { log, onLost: tell, beforeCommit: gate.enter });
    const running = notes.write.killThread();
    await gate.nextEntry();
    const waiting = notes.write.add(note("a"));
    await expect(running).rejects.toMatchObject({ name: "ERR_MISSION_FAILED" });
    await expect(waiting).rejects.toMatchObject({ name: "ERR_OPERATION_FAILED" });
    expect(await lost).toMatchObject({ message: "the thread is lost" });
    await expect(notes.write.add(note("b"))).rejects.toMatchObject({ name: "ERR_OPERATION_FAILED" });
    await db.stop();
    await (await openNotes(path)).db.stop();
  }));

test("L2: a quiet moment brings the WAL into the file, without an error when nothing was written", () =>
  inFolder(async (folder) => {
    const clock = new ManualClock();
    const { db, notes } = await openNotes(`${folder}/notes.db`, { clock });
    await notes.write.add(note("a"));
    await clock.advance(15_000);
    await notes.write.add(note("b"));
    expect(await notes.read.keys()).toEqual(["a", "b"]);
    await db.stop();
    expect(clock.pendingTimers).toBe(0);
  }));
