import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { ListRowsRequest } from "@parlance/proto/messaging/v1/rpc";
import { afterEach, beforeEach, expect, test } from "vitest";
import { as, openBench, textTo, type Bench } from "../testing/bench.js";
import { aRow } from "../testing/store-bench.js";
import type { LogStore, RowOutbox } from "../store/ports.js";

let bench: Bench;
let logs: LogStore & RowOutbox;

beforeEach(async () => {
  bench = await openBench({ wrapLogStore: (store) => (logs = store) });
});
afterEach(() => bench.close());

const list = (afterSeq = 0) => bench.call.listRows(
  ListRowsRequest.fromPartial({ receiverType: ReceiverType.USER, receiverId: "bob", afterSeq }), as.user("alice"),
);
const kinds = async () => (await list()).rows.map(({ seq, body }) => [seq, body?.$case]);

test("a hole found when a log is taken over is filled with void rows before the next number is given (W15)", async () => {
  await logs.append([aRow(1), aRow(4)]);
  const { message } = await bench.call.sendMessage(textTo("bob"), as.user("alice"));
  expect(message).toMatchObject({ seq: 5, countableNo: 5 });
  expect(await kinds()).toEqual([[1, "message"], [2, "void"], [3, "void"], [4, "message"], [5, "message"]]);
});

test("void rows are published like others, so that a client that waits for them goes on", async () => {
  await logs.append([aRow(1), aRow(3)]);
  await bench.call.sendMessage(textTo("bob"), as.user("alice"));
  const rows = (await bench.published()).flatMap(({ event }) => (event.body?.$case === "row" ? [event.body.value] : []));
  expect(rows.filter(({ seq }) => seq === 2).map(({ body }) => body?.$case)).toEqual(["void", "void"]);
});

test("a read that meets a hole promises nothing above it, and has it filled (W23, I6)", async () => {
  await logs.append([aRow(1), aRow(3)]);
  expect(await list()).toMatchObject({ rows: [{ seq: 1 }], head: 3, completeThrough: 1 });
  expect(await list()).toMatchObject({ rows: [{ seq: 1 }, { seq: 2, body: { $case: "void" } }, { seq: 3 }], completeThrough: 3 });
});

test("a late row and the filler exclude each other (W15)", async () => {
  await logs.append([aRow(1), aRow(3)]);
  const late = aRow(2);
  await list();
  expect((await logs.append([late])).map(({ kind }) => kind)).toEqual(["fence"]);
  expect(await kinds()).toEqual([[1, "message"], [2, "void"], [3, "message"]]);
});
