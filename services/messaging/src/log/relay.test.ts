import { appId, uid } from "@parlance/platform/ids";
import { recordingLog } from "@parlance/platform/log";
import { seededRandom } from "@parlance/platform/random";
import { afterEach, beforeEach, expect, test } from "vitest";
import { directRef, type ConversationId } from "../domain/conversation.js";
import { textDraft } from "../testing/drafts.js";
import { RecordingEventLog } from "../testing/recording-event-log.js";
import { openWriter, type WriterBench } from "../testing/writer-bench.js";
import type { CommittedRow } from "./draft.js";
import { RowRelay } from "./relay.js";

const [ALICE, BOB] = [uid("alice"), uid("bob")];
const DIRECT: ConversationId = { app: appId("app"), ref: directRef(ALICE, BOB) };

let bench: WriterBench;
let eventLog: RecordingEventLog;
let relay: RowRelay;
/** Rows that the writer has committed go here. */
let offer: (rows: readonly CommittedRow[]) => void;

beforeEach(async () => {
  offer = (rows) => relay.offer(rows);
  bench = await openWriter({ committed: (rows) => offer(rows) });
  eventLog = new RecordingEventLog();
  relay = newRelay();
});
afterEach(() => bench.close());

function newRelay(): RowRelay {
  const { clock, store } = bench;
  return new RowRelay({ outbox: store, eventLog, clock, random: seededRandom(1), log: recordingLog() });
}

const send = (text = "hello", origin?: string) =>
  bench.writer.append(textDraft(DIRECT, { sender: ALICE, text, ...(origin === undefined ? {} : { origin }) }));

/** Seqs in the order in which the inbox of bob has them. */
function published(): number[] {
  return eventLog.taken().filter(({ channel }) => channel === "app/u:bob")
    .map(({ event }) => (event.body?.$case === "row" ? event.body.value.seq : 0));
}

/** Seqs that a relay started now would find unpublished. */
async function unpublished(): Promise<number[]> {
  return (await (await bench.logs.publication()).unpublished(10)).map(({ seq }) => seq);
}

test("committed rows are published in order, with the session that made them", async () => {
  await relay.start();
  await bench.turn();
  await Promise.all([send("one", "phone"), send("two", "phone")]);
  await bench.turn();
  expect(eventLog.records.map(({ headers }) => headers.origin)).toEqual(["phone", "phone", "phone", "phone"]);
  expect(published()).toEqual([1, 2]);
  expect(relay.idle).toBe(true);
});

test("what was committed and not published when the process died is published by the next one (F2)", async () => {
  offer = () => undefined;
  await Promise.all([send(), send()]);
  await relay.start();
  await bench.turn();
  expect(published()).toEqual([1, 2]);
});

test("what was published is remembered, lazily, and not published again", async () => {
  await relay.start();
  await send();
  await bench.clock.advance(1_500);
  expect(await unpublished()).toEqual([]);
  await send();
  await bench.turn();
  await relay.stop();
  expect(await unpublished()).toEqual([]);
  expect(published()).toEqual([1, 2]);
  relay = newRelay();
  await relay.start();
  await bench.clock.advance(5_000);
  expect(published()).toEqual([]);
});

test("a row that was committed and never offered is found by the sweep within 2 s (F2, W17)", async () => {
  await relay.start();
  await bench.turn();
  const live = offer;
  offer = () => undefined;
  await send();
  offer = live;
  await bench.turn();
  expect(published()).toEqual([]);
  await bench.clock.advance(2_000);
  expect(published()).toEqual([1]);
});

test("a row that misses its predecessor waits for it", async () => {
  await relay.start();
  await bench.turn();
  const live = offer;
  offer = () => undefined;
  await send();
  offer = live;
  await send();
  await bench.turn();
  expect(published()).toEqual([1, 2]);
});

test("while the event log refuses, rows wait in the store; afterwards all are published in order (F3)", async () => {
  await relay.start();
  await bench.turn();
  eventLog.away = true;
  for (const text of ["one", "two", "three"]) await send(text);
  await bench.clock.advance(30_000);
  expect(relay.idle).toBe(false);
  expect(await unpublished()).toEqual([1, 2, 3]);
  eventLog.away = false;
  await send("four");
  await bench.clock.advance(15_000);
  expect(published()).toEqual([1, 2, 3, 4]);
  await send("five");
  await bench.turn();
  expect(published()).toEqual([5]);
});

test("rows committed while an append is under way are published after it", async () => {
  await relay.start();
  await bench.turn();
  let release!: () => void;
  eventLog.beforeAppend = () => new Promise((resolve) => (release = resolve));
  await send("one");
  await bench.turn();
  await send("two");
  eventLog.beforeAppend = undefined;
  release();
  await bench.turn();
  expect(published()).toEqual([1, 2]);
});

test("a published row is the same record every time: same id, same bytes, but for the session (E5)", async () => {
  await relay.start();
  await bench.turn();
  await send("hello", "phone");
  await bench.turn();
  const first = eventLog.records.splice(0);
  await newRelay().start();
  await bench.turn();
  const again = eventLog.records.splice(0);
  expect(again.map(({ key, value, headers: { id, kind } }) => ({ key, value, id, kind })))
    .toEqual(first.map(({ key, value, headers: { id, kind } }) => ({ key, value, id, kind })));
});

test("without a sweeper what was never offered stays unpublished: the sweep test can fail (H4)", async () => {
  const { clock, store } = bench;
  const noSweep = { ...clockOf(clock), every: () => ({ cancel: () => undefined }) };
  relay = new RowRelay({ outbox: store, eventLog, clock: noSweep, random: seededRandom(1), log: recordingLog() });
  await relay.start();
  await bench.turn();
  offer = () => undefined;
  await send();
  await clock.advance(10_000);
  expect(published()).toEqual([]);
});

function clockOf(clock: WriterBench["clock"]) {
  return {
    now: () => clock.now(), monotonic: () => clock.monotonic(), after: (ms: number, fn: () => void) => clock.after(ms, fn),
    every: (ms: number, fn: () => void) => clock.every(ms, fn), sleep: (ms: number) => clock.sleep(ms),
  };
}
