import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../time/index.js";
import { clientName, directConversation, mergeHistories, parseClient } from "./history.js";
import { ALICE, APP, BOB, PHONE } from "./names.js";
import { temporaryFolder, type TemporaryFolder } from "./process/places.js";
import { FileSink, loadHistory, MemorySink, parseHistory, Recorder } from "./recorder.js";

const CLIENT = clientName({ app: APP, uid: ALICE, device: PHONE });
const CONVERSATION = directConversation(APP, BOB, ALICE);
const SEND = { conversation: CONVERSATION, muid: "m1", content: "hello" };

describe("H1: the recorder", () => {
  let folder: TemporaryFolder;
  let path: string;

  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder.path, "history.jsonl");
  });

  afterEach(() => folder.remove());

  it("records when an operation began and ended, and how", async () => {
    const clock = new ManualClock(1_000);
    const sink = new MemorySink();
    const recorder = new Recorder(clock, sink);
    const send = recorder.begin(CLIENT, "send", SEND);
    await clock.advance(5);
    send.ok({ id: 1, seq: 1 });
    const [entry] = sink.entries;
    expect(entry).toMatchObject({ client: CLIENT, op: "send", args: SEND, outcome: "ok", value: { id: 1, seq: 1 } });
    expect(Math.round((entry?.t ?? 0) - (entry?.t0 ?? 0))).toBe(5);
  });

  it("never gives the same moment twice, also when the wall clock jumps back", () => {
    const clock = new ManualClock(1_000_000);
    const sink = new MemorySink();
    const recorder = new Recorder(clock, sink);
    recorder.happened(CLIENT, "deliver", { conversation: CONVERSATION }, { seq: 1 });
    clock.set(0);
    recorder.happened(CLIENT, "deliver", { conversation: CONVERSATION }, { seq: 2 });
    expect(sink.entries[1]!.t).toBeGreaterThan(sink.entries[0]!.t);
  });

  it("takes the first end of an operation, and calls what is under way at the close unknown", () => {
    const sink = new MemorySink();
    const recorder = new Recorder(new ManualClock(), sink);
    const send = recorder.begin(CLIENT, "send", SEND);
    send.fail({ code: "ERR_TOO_MANY_REQUESTS" });
    send.unknown();
    recorder.begin(CLIENT, "send", { ...SEND, muid: "m2" });
    recorder.close();
    expect(sink.entries.map(({ outcome }) => outcome)).toEqual(["fail", "unknown"]);
  });

  it("reads a file back, also when a kill -9 cut its last line off", () => {
    const sink = new FileSink(path);
    const recorder = new Recorder(new ManualClock(), sink);
    for (let seq = 1; seq <= 3; seq += 1) recorder.happened(CLIENT, "deliver", { conversation: CONVERSATION }, { seq });
    recorder.close();
    expect(loadHistory(path)).toHaveLength(3);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.slice(0, -10));
    expect(loadHistory(path)).toHaveLength(2);
    appendFileSync(path, "\n");
    expect(() => loadHistory(path)).toThrow(/line 3/);
  });

  it("writes every entry at once, so that a process that is killed loses none", () => {
    const recorder = new Recorder(new ManualClock(), new FileSink(path));
    recorder.happened(CLIENT, "deliver", { conversation: CONVERSATION }, { seq: 1 });
    expect(loadHistory(path)).toHaveLength(1);
    recorder.close();
  });

  it("merges the histories of several processes by time", () => {
    const lines = (...times: number[]): string => times.map((t) => `{"t":${t}}\n`).join("");
    const merged = mergeHistories([parseHistory(lines(1, 4)), parseHistory(lines(2, 3))]);
    expect(merged.map(({ t }) => t)).toEqual([1, 2, 3, 4]);
  });

  it("names clients and conversations the same from both ends", () => {
    expect(parseClient(CLIENT)).toEqual({ app: APP, uid: ALICE, device: PHONE });
    expect(directConversation(APP, ALICE, BOB)).toBe(CONVERSATION);
  });
});
