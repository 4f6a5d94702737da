import { appId, uid } from "@parlance/platform/ids";
import { Message } from "@parlance/proto/messaging/v1/message";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { directRef, groupRef, type ConversationId } from "../domain/conversation.js";
import { actionDraftOf, textDraft, type TextOf } from "../testing/drafts.js";
import { answers } from "../testing/scripted-log-store.js";
import { refusal } from "../testing/with-bench.js";
import { openWriter, type WriterBench } from "../testing/writer-bench.js";
import type { WriterOptions } from "./writer.js";

const [ALICE, BOB, CAROL] = [uid("alice"), uid("bob"), uid("carol")];
const DIRECT: ConversationId = { app: appId("app"), ref: directRef(ALICE, BOB) };
const OTHER: ConversationId = { app: appId("app"), ref: directRef(ALICE, CAROL) };

let bench: WriterBench;
const reopen = async (options?: Partial<WriterOptions>) => {
  await bench.close();
  bench = await openWriter(options);
};
const append = (of: Partial<TextOf> = {}, conversation = DIRECT) => bench.writer.append(textDraft(conversation, { sender: ALICE, ...of }));
const stored = async (conversation = DIRECT) => (await bench.history.rowsAfter(conversation, 0, 1_000, 1_000)).rows;
const seqOf = async (appended: ReturnType<typeof append>) => {
  const answer = await appended;
  return answer.kind === "stored" ? answer.row.seq : undefined;
};

beforeEach(async () => {
  bench = await openWriter();
});
afterEach(() => bench.close());

test("rows that wait are written together, in the order of their submission (W7, I4)", async () => {
  const seqs = await Promise.all(["one", "two", "three"].map((text) => seqOf(append({ text }))));
  expect(seqs).toEqual([1, 2, 3]);
  expect(bench.store.appends).toHaveLength(1);
  const release = bench.store.hold();
  const more = ["four", "five", "six"].map((text) => seqOf(append({ text })));
  await bench.turn();
  expect(bench.store.appends).toHaveLength(2);
  release();
  expect(await Promise.all(more)).toEqual([4, 5, 6]);
});

test("the answer is the row as it is stored (I1)", async () => {
  const appended = await append({ muid: "m1", text: "hello", origin: "session" });
  const [row] = await stored();
  expect(appended).toMatchObject({ kind: "stored", duplicate: false, row: { seq: 1, id: row!.id, body: Buffer.from(row!.body), origin: "session" } });
  expect(Message.decode(row!.body)).toMatchObject({ id: row!.id, seq: 1, conversationId: "alice_user_bob", countableNo: 1, sentAtMs: bench.clock.now() });
  expect(bench.committed).toHaveLength(1);
});

test("an ack waits for the commit (P1, W10)", async () => {
  const release = bench.store.hold();
  let acked = false;
  const answer = append().then(() => (acked = true));
  await bench.clock.advance(10_000);
  expect(acked).toBe(false);
  release();
  await answer;
});

test("the end of a log is read once, for all that wait for it", async () => {
  await Promise.all([append(), append(), append()]);
  await append();
  expect(bench.store.endReads).toBe(1);
});

test("what cannot be numbered, because the end cannot be read, is refused, and the next attempt reads it again", async () => {
  bench.store.endsAway = true;
  const [one, other] = [append(), append()];
  await expect(one).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
  await expect(other).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
  bench.store.endsAway = false;
  expect(await seqOf(append())).toBe(1);
});

describe("a resend", () => {
  test("that finds its twin under way waits for it (W13)", async () => {
    const release = bench.store.hold();
    const [first, again] = [append({ muid: "m1" }), append({ muid: "m1" })];
    await bench.turn();
    release();
    expect(await first).toMatchObject({ duplicate: false, row: { seq: 1 } });
    expect(await again).toMatchObject({ duplicate: true, row: { seq: 1 } });
    expect(bench.store.appends.flat()).toHaveLength(1);
  });

  test("that comes later is answered with the first row, and its number goes to the next", async () => {
    await append({ muid: "m1" });
    const [again, next] = [append({ muid: "m1" }), append({ text: "next" })];
    expect(await again).toMatchObject({ duplicate: true, row: { seq: 1 } });
    expect(await seqOf(next)).toBe(2);
    expect(bench.committed.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test("with other content is a conflict, under way and later (P4)", async () => {
    const first = append({ muid: "m1", text: "hello" });
    await expect(append({ muid: "m1", text: "other" })).rejects.toEqual(refusal("ERR_MUID_CONFLICT"));
    await first;
    await expect(append({ muid: "m1", text: "other" })).rejects.toEqual(refusal("ERR_MUID_CONFLICT"));
  });

  test("of what was refused is a first attempt", async () => {
    bench.store.script.push(answers.refuse());
    const [first, again] = [append({ muid: "m1" }), append({ muid: "m1" })];
    await expect(first).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
    await expect(again).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
    expect(await append({ muid: "m1" })).toMatchObject({ duplicate: false, row: { seq: 1 } });
  });
});

describe("when the store", () => {
  test("refuses a write, what was in it is refused and what waited is written (F14)", async () => {
    await append();
    bench.store.script.push(answers.refuse());
    const release = bench.store.hold();
    const refused = append({ text: "refused" });
    await bench.turn();
    const waiting = append({ text: "waiting" });
    release();
    await expect(refused).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
    expect(await seqOf(waiting)).toBe(2);
    expect(bench.writer.idle).toBe(true);
  });

  test("has a defect, the write is refused and the lane goes on", async () => {
    bench.store.script.push(answers.defect());
    await expect(append()).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
    expect(await seqOf(append())).toBe(1);
  });

  test("loses an answer, the same rows are submitted with the same numbers until it decides (W12)", async () => {
    bench.store.script.push(answers.lostAfterCommit(), answers.lost(), answers.refuse());
    const answer = append({ muid: "m1" });
    await bench.clock.advance(10_000);
    expect(await answer).toMatchObject({ duplicate: false, row: { seq: 1 } });
    expect(bench.store.appends).toHaveLength(4);
    expect(new Set(bench.store.appends.flat().map(({ id }) => id)).size).toBe(1);
    expect(await stored()).toHaveLength(1);
    expect(bench.committed).toHaveLength(1);
  });

  test("was written by another, the end is read again and all go on in order (W11 d)", async () => {
    await append();
    const other = await openOther();
    await other.append(textDraft(DIRECT, { sender: BOB }));
    const seqs = [append({ text: "one" }), append({ text: "two" })].map(seqOf);
    await bench.clock.advance(1_000);
    expect(await Promise.all(seqs)).toEqual([3, 4]);
    expect((await stored()).map(({ seq, sender }) => [seq, sender])).toEqual([[1, ALICE], [2, BOB], [3, ALICE], [4, ALICE]]);
  });

  test("has a row's id already, another is drawn (W11 e)", async () => {
    bench.store.script.push((rows) => Promise.resolve(rows.map((_, i) => ({ kind: i === 0 ? "idTaken" : "skipped" } as const))));
    expect(await Promise.all([append(), append()].map(seqOf))).toEqual([1, 2]);
    const [first, second] = bench.store.appends;
    expect(first![0]!.id).not.toBe(second![0]!.id);
  });
});

async function openOther() {
  const other = await openWriter({ store: bench.logs });
  await other.close();
  return other.writer;
}

describe("ids grow with seq", () => {
  test("also behind a row of a pod whose clock is ahead (12.4, F13)", async () => {
    const other = await openOther();
    bench.clock.set(bench.clock.now() - 600_000);
    await other.append(textDraft(DIRECT, { sender: BOB }));
    await append();
    const [first, second] = await stored();
    expect(second!.id).toBeGreaterThan(first!.id);
  });
});

test("time never falls when the clock jumps back (F13, W16)", async () => {
  await append();
  bench.clock.set(bench.clock.now() - 600_000);
  await append();
  bench.writer.forget(DIRECT);
  await append();
  const times = (await stored()).map(({ sentAtMs }) => sentAtMs);
  expect(times).toEqual([times[0], times[0], times[0]]);
});

test("an end that is forgotten while its rows are under way does no harm", async () => {
  await append();
  const release = bench.store.hold();
  const [one, two] = [append({ text: "one" }), append({ text: "two" })];
  await bench.turn();
  const three = append({ text: "three" });
  bench.writer.forget(DIRECT);
  const four = append({ text: "four" });
  release();
  expect(await Promise.all([one, two, three, four].map(seqOf))).toEqual([2, 3, 4, 5]);
});

test("a change that can no longer be made is refused, and its number goes to the next", async () => {
  const message = await append();
  const id = message.kind === "stored" ? message.row.id : 0;
  const change = (text: string | undefined) => bench.writer.append(actionDraftOf(DIRECT, { sender: ALICE, messageId: id, text }));
  const answersOf = await Promise.all([change("better"), change(undefined), change("late"), append({ text: "next" })]);
  expect(answersOf).toMatchObject([{ row: { seq: 2 } }, { row: { seq: 3 } }, { kind: "refused" }, { row: { seq: 4 } }]);
});

describe("what was not submitted by its deadline", () => {
  test("is failed, and never written", async () => {
    await append();
    const release = bench.store.hold();
    const inTime = append({ text: "in time" });
    await bench.turn();
    const late = append({ text: "late", deadlineAt: bench.clock.now() + 1_000 });
    await bench.clock.advance(2_000);
    release();
    expect(await seqOf(inTime)).toBe(2);
    await expect(late).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
    expect(await stored()).toHaveLength(2);
  });
});

describe("bounds (W20)", () => {
  test.each<[string, Partial<WriterOptions>]>([
    ["rows", { rowsMax: 3 }], ["rows of a conversation", { rowsPerConversationMax: 3 }], ["bytes", { bytesMax: 100 }],
  ])("refuse beyond the %s with a retry time, and the queue recovers", async (_, options) => {
    await reopen(options);
    const release = bench.store.hold();
    const text = "x".repeat(20);
    const waiting: ReturnType<typeof append>[] = [];
    while (bench.writer.refusals === 0) waiting.push(append({ text }));
    await expect(waiting.pop()).rejects.toEqual(refusal("ERR_TOO_MANY_REQUESTS", { retryAfterMs: 200 }));
    release();
    expect((await Promise.all(waiting.map(seqOf))).at(-1)).toBe(waiting.length);
    expect(bench.writer.depth).toBe(0);
    expect(await seqOf(append({ text }))).toBe(waiting.length + 1);
  });

  test("of one conversation leave room for others", async () => {
    await reopen({ rowsPerConversationMax: 1 });
    const release = bench.store.hold();
    const first = append();
    await expect(append()).rejects.toEqual(refusal("ERR_TOO_MANY_REQUESTS"));
    const other = append({}, OTHER);
    release();
    expect(await Promise.all([first, other].map(seqOf))).toEqual([1, 1]);
  });
});

test("a write has at most 500 rows (W7)", async () => {
  await reopen({ rowsPerConversationMax: 1_000 });
  await Promise.all(Array.from({ length: 600 }, () => append()));
  expect(bench.store.appends.map(({ length }) => length)).toEqual([500, 100]);
});

describe("stopping", () => {
  test("refuses what was not submitted, waits for what was, and leaves no promise behind", async () => {
    await append();
    const release = bench.store.hold();
    const submitted = append({ text: "submitted" });
    await bench.turn();
    const queued = append({ text: "queued" });
    const loading = append({}, OTHER);
    const stopped = bench.writer.stop();
    await expect(queued).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
    await expect(loading).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
    release();
    expect(await seqOf(submitted)).toBe(2);
    await stopped;
    await expect(append()).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
    expect([bench.writer.depth, bench.writer.idle]).toEqual([0, true]);
  });

  test("refuses what the write under way did not commit", async () => {
    await append();
    bench.store.script.push((rows) => Promise.resolve(rows.map((_, i) => ({ kind: i === 0 ? "fence" : "skipped" } as const))));
    const release = bench.store.hold();
    const [fenced, behind] = [append(), append()];
    await bench.turn();
    const stopped = bench.writer.stop();
    release();
    await expect(fenced).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
    await expect(behind).rejects.toEqual(refusal("ERR_OPERATION_FAILED"));
    await stopped;
  });

  test("goes on with a write of unknown outcome until it is known (W12)", async () => {
    bench.store.script.push(answers.lostAfterCommit(), answers.lost());
    const submitted = append();
    await bench.turn();
    const stopped = bench.writer.stop();
    await bench.clock.advance(5_000);
    expect(await seqOf(submitted)).toBe(1);
    await stopped;
  });
});

test("starting proves that the store can be trusted (W4)", async () => {
  await bench.writer.start();
  await reopen({ store: { ...refusing, probe: () => Promise.reject(new Error("no fence")) } });
  await expect(bench.writer.start()).rejects.toThrow("no fence");
});

const refusing = {
  append: () => Promise.resolve([]), ends: () => Promise.resolve([]), findByMuid: () => Promise.resolve(undefined), erase: () => Promise.resolve(),
};

test("logs are spread over lanes, and each lane has one write under way", async () => {
  await reopen({ lanes: 4 });
  const release = bench.store.hold();
  const logs = Array.from({ length: 40 }, (_, n): ConversationId => ({ app: appId("app"), ref: groupRef(`g${n}` as never) }));
  const all = logs.flatMap((log) => [append({}, log), append({}, log)]);
  await bench.turn();
  const underWay = bench.store.appends.length;
  release();
  await Promise.all(all);
  expect(underWay).toBe(4);
});
