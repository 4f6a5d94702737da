import { HistoryVisibility } from "@parlance/proto/group/v1/group";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { ListRowsRequest } from "@parlance/proto/messaging/v1/rpc";
import { expect, test } from "vitest";
import { OTHER_APP, address, as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

type Fields = Parameters<typeof ListRowsRequest.fromPartial>[0];
const list = (fields: Fields, caller = as.user("bob")) => bench().call.listRows(ListRowsRequest.fromPartial({ ...address("alice"), ...fields }), caller);

test("rows after a seq come dense and in pages, with what the reader may rely on (I6)", async () => {
  for (let n = 0; n < 5; n += 1) await bench().text("alice", "bob");
  const page = await list({ afterSeq: 1, pageSize: 2 });
  expect(page).toMatchObject({ head: 5, completeThrough: 5, reset: false, epoch: bench().sqlite.epoch });
  expect(page.rows.map(({ seq }) => seq)).toEqual([2, 3]);
  expect((await list({ afterSeq: 1, throughSeq: 4 })).rows.map(({ seq }) => seq)).toEqual([2, 3, 4]);
});

test("a page is bounded by bytes too, and being cut is not taken for a hole", async () => {
  const text = "x".repeat(9_000);
  for (let n = 0; n < 70; n += 1) await bench().text("alice", "bob", text);
  const page = await list({ pageSize: 100 });
  expect(page.rows.length).toBeGreaterThan(40);
  expect(page.rows.length).toBeLessThan(70);
  expect(page).toMatchObject({ head: 70, completeThrough: 70 });
  const rest = await list({ afterSeq: page.rows.length, pageSize: 100 });
  expect([...page.rows, ...rest.rows].map(({ seq }) => seq)).toEqual(Array.from({ length: 70 }, (_, i) => i + 1));
});

test("what a member may not see comes as a hidden void of the same seq (P7, I13)", async () => {
  await bench().join("alice");
  await bench().text("alice", "team", "secret");
  await bench().join("bob", { historyVisibility: HistoryVisibility.SINCE_JOIN });
  const { rows } = await list(address("team"));
  expect(rows.map(({ seq, body }) => [seq, body?.$case])).toEqual([[1, "void"], [2, "void"], [3, "message"]]);
  expect(rows[0]).toMatchObject({ conversationId: "group_team", receiverType: ReceiverType.GROUP, body: { value: { hidden: true } } });
  expect(JSON.stringify(rows)).not.toContain("secret");
  expect((await list(address("team"), as.user("alice"))).rows.map(({ body }) => body?.$case)).toEqual(["message", "message", "message"]);
});

test("a cursor of another life of the store, or above the head, is void (W19)", async () => {
  await bench().text("alice", "bob");
  expect(await list({ afterSeq: 1, epoch: "other" })).toMatchObject({ reset: true, rows: [], epoch: bench().sqlite.epoch });
  expect(await list({ afterSeq: 1, epoch: bench().sqlite.epoch })).toMatchObject({ reset: false });
  expect(await list({ afterSeq: 2 })).toMatchObject({ reset: true });
  expect(await list({ ...address("carol"), afterSeq: 1 })).toMatchObject({ reset: true, head: 0 });
});

test("a head below what the caller knows is never answered (I7, W23)", async () => {
  await bench().text("alice", "bob");
  expect((await list({ knownSeq: 1 })).head).toBe(1);
  const stale = Promise.allSettled([list({ knownSeq: 2 })]);
  await bench().clock.advance(1_000);
  expect(await stale).toEqual([{ status: "rejected", reason: refusal("ERR_OPERATION_FAILED") }]);
  const late = list({ knownSeq: 2 });
  await bench().text("alice", "bob");
  await bench().clock.advance(1_000);
  expect((await late).head).toBe(2);
});

test("a conversation without rows is empty", async () => {
  expect(await list(address("carol"))).toMatchObject({ rows: [], head: 0, completeThrough: 0, reset: false });
});

test("only participants read", async () => {
  await bench().join("alice");
  await expect(list(address("team"))).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
  await expect(list({ receiverType: ReceiverType.GROUP, receiverId: "nothing" })).rejects.toEqual(refusal("ERR_GUID_NOT_FOUND"));
  await expect(list({ receiverId: "nobody" })).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
  await expect(list({ receiverId: "" })).rejects.toEqual(refusal("ERR_EMPTY_RECEIVER"));
  await expect(list({ pageSize: 1_001 })).rejects.toEqual(refusal("ERROR_LIMIT_EXCEEDED"));
  await expect(list({}, as.server())).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
});

test("another app sees its own rows only (S14)", async () => {
  await bench().text("alice", "bob");
  expect((await list({}, as.user("bob", OTHER_APP))).rows).toEqual([]);
});
