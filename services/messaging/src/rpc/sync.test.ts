import { ReceiptType } from "@parlance/proto/messaging/v1/conversation";
import { HistoryVisibility } from "@parlance/proto/group/v1/group";
import { ListConversationsRequest, MarkReadRequest, SyncRequest, type SyncResponse } from "@parlance/proto/messaging/v1/rpc";
import { expect, test } from "vitest";
import { OTHER_APP, address, as, openBench, textOf } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

type Cursor = readonly [of: string, seq: number];
const sync = (cursors: readonly Cursor[], fields: Partial<SyncRequest> = {}, who = "bob"): Promise<SyncResponse> =>
  bench().call.sync(SyncRequest.fromPartial({ conversations: cursors.map(([of, seq]) => ({ ...address(of), seq })), ...fields }), as.user(who));
const token = async (who = "bob") => (await bench().call.listConversations(ListConversationsRequest.fromPartial({}), as.user(who))).syncToken;

test("nothing happened: nothing is answered", async () => {
  await bench().text("alice", "bob");
  const syncToken = await token();
  expect(await sync([["alice", 1]], { syncToken, epoch: bench().sqlite.epoch })).toEqual({
    conversations: [], remaining: [], syncToken, fullSync: false, epoch: bench().sqlite.epoch,
  });
});

test("exactly the missed rows are answered, changes with the present state of their message (P10, I15)", async () => {
  const { id } = await bench().text("alice", "bob", "one");
  const syncToken = await token();
  await bench().text("alice", "bob", "two");
  await bench().call.editMessage({ messageId: id, body: { $case: "text", value: { text: "better" } }, metadataJson: "", tags: [], replaceTags: false, muid: "" }, as.user("alice"));
  await bench().text("bob", "carol", "three");
  const answer = await sync([["alice", 1]], { syncToken });
  expect(answer.conversations.map(({ receiverId, rows, head, truncated, gone }) => [receiverId, rows.map(({ seq }) => seq), head, truncated, gone]))
    .toEqual([["alice", [2, 3], 3, false, false], ["carol", [1], 1, false, false]]);
  const change = answer.conversations[0]!.rows[1]!.body;
  const action = change?.$case === "message" ? change.value.body : undefined;
  expect(textOf(action?.$case === "messageAction" ? action.value.message : undefined)).toBe("better");
  expect(answer.conversations[0]!.conversation).toMatchObject({ lastSeq: 3, unreadMessageCount: 2 });
  expect((await sync([["alice", 3], ["carol", 1]], { syncToken: answer.syncToken })).conversations).toEqual([]);
});

test("marks of oneself on another device, and of the other, are answered (I10)", async () => {
  await bench().text("alice", "bob");
  const [bobs, alices] = [await token("bob"), await token("alice")];
  await bench().call.markRead(MarkReadRequest.fromPartial(address("alice")), as.user("bob"));
  expect((await sync([["alice", 1]], { syncToken: bobs })).conversations).toMatchObject([{ rows: [], conversation: { readSeq: 1 } }]);
  expect((await sync([["bob", 1]], { syncToken: alices }, "alice")).conversations).toMatchObject([{ rows: [], conversation: { peerReadSeq: 1 } }]);
});

test("a conversation that one is no participant of any more is gone (I13)", async () => {
  await bench().join("alice");
  await bench().join("bob");
  const syncToken = await token();
  await bench().kick("bob", "alice");
  await bench().text("alice", "team", "secret");
  const answer = await sync([["team", 2]], { syncToken });
  expect(answer.conversations).toMatchObject([{ receiverId: "team", gone: true, rows: [], conversation: undefined }]);
});

test("a new member gets the earlier rows as hidden voids (P7)", async () => {
  await bench().text("alice", "bob");
  const syncToken = await token();
  await bench().join("alice");
  await bench().text("alice", "team", "secret");
  await bench().join("bob", { historyVisibility: HistoryVisibility.SINCE_JOIN });
  const [team] = (await sync([["alice", 1]], { syncToken })).conversations;
  expect(team!.rows.map(({ body }) => body?.$case)).toEqual(["void", "void", "message"]);
  expect(JSON.stringify(team)).not.toContain("secret");
});

test("too many missed rows make a conversation truncated, never partial (14.2.4)", async () => {
  for (let n = 0; n < 202; n += 1) await bench().text("alice", "bob");
  expect((await sync([["alice", 2]])).conversations).toMatchObject([{ truncated: false, head: 202, rows: { length: 200 } }]);
  expect((await sync([["alice", 1]])).conversations).toMatchObject([{ truncated: true, head: 202, rows: [] }]);
});

test("too many changed conversations make the whole answer a full sync", async () => {
  const small = await openBench({ env: { PARLANCE_MESSAGING_RESUME_CONVERSATIONS_MAX: "10" } });
  for (let n = 0; n < 12; n += 1) small.directory.users.set(`app/u${n}`, `U${n}`);
  const { syncToken } = await small.call.listConversations(ListConversationsRequest.fromPartial({}), as.user("bob"));
  for (let n = 0; n < 12; n += 1) await small.text(`u${n}`, "bob");
  expect((await small.call.sync(SyncRequest.fromPartial({ syncToken }), as.user("bob"))).fullSync).toBe(true);
  await small.close();
});

test("more than 100 cursors are answered in pages, and the token moves with the last", async () => {
  const people = Array.from({ length: 150 }, (_, n) => `u${n}`);
  for (const who of people) bench().directory.users.set(`app/${who}`, who);
  for (const who of people) await bench().text(who, "bob");
  const syncToken = await token();
  await bench().text("u3", "bob");
  await bench().text("u120", "bob");
  await bench().text("alice", "bob");
  const first = await sync(people.map((who) => [who, 1] as const), { syncToken });
  expect(first.conversations.map(({ receiverId, rows }) => [receiverId, rows.length])).toEqual([["u3", 1]]);
  expect([first.remaining.length, first.syncToken]).toEqual([50, syncToken]);
  const rest = await bench().call.sync(SyncRequest.fromPartial({ conversations: first.remaining, syncToken }), as.user("bob"));
  expect(rest.conversations.map(({ receiverId }) => receiverId)).toEqual(expect.arrayContaining(["u120", "alice"]));
  expect(rest.remaining).toEqual([]);
  expect(rest.syncToken).not.toBe(syncToken);
});

test("cursors and tokens of another life of the store are void (W19)", async () => {
  await bench().text("alice", "bob");
  const other = await openBench({ sqlite: { random: { next: () => 0, int: () => 0, bytes: (n) => new Uint8Array(n).fill(9), fullJitter: () => 0 } } });
  const foreign = await other.call.listConversations(ListConversationsRequest.fromPartial({}), as.user("bob"));
  await other.close();
  expect(foreign.epoch).not.toBe(bench().sqlite.epoch);
  for (const fields of [{ epoch: foreign.epoch }, { syncToken: foreign.syncToken }]) {
    const answer = await sync([["alice", 0]], fields);
    expect(answer).toMatchObject({ fullSync: true, conversations: [], epoch: bench().sqlite.epoch });
    expect((await sync([["alice", 1]], { syncToken: answer.syncToken })).fullSync).toBe(false);
  }
});

test("the other's marks that moved meanwhile come as receipts, with the messages they cover (14.2.2)", async () => {
  const message = await bench().text("bob", "alice");
  const syncToken = await token();
  expect((await sync([["alice", 1]], { syncToken })).conversations).toEqual([]);
  await bench().call.markRead(MarkReadRequest.fromPartial(address("bob")), as.user("alice"));
  const { conversations } = await sync([["alice", 1]], { syncToken });
  expect(conversations).toMatchObject([{ rows: [], receipts: [
    { type: ReceiptType.DELIVERED, messageId: message.id, seq: 1, sender: { id: "alice" }, receiverId: "bob" },
    { type: ReceiptType.READ, messageId: message.id, seq: 1 },
  ] }]);
});

test("without cursors and token nothing is replayed (14.2.5)", async () => {
  await bench().text("alice", "bob");
  const answer = await sync([]);
  expect(answer).toMatchObject({ conversations: [], fullSync: false });
  expect(answer.syncToken).not.toBe("");
});

test("a group that was deleted and made anew voids cursors of the earlier one", async () => {
  await bench().join("bob");
  await bench().text("bob", "team", "old");
  const syncToken = await token();
  await bench().nudge(bench().groupEvent({ deleted: true }));
  await bench().join("bob", { incarnation: "i2", version: 1 });
  for (let n = 0; n < 3; n += 1) await bench().text("bob", "team", "new");
  expect((await sync([["team", 2]], { syncToken })).conversations).toMatchObject([{ truncated: true, head: 4, rows: [] }]);
});

test("bad input is refused, and another app has nothing of this one (S14)", async () => {
  await bench().text("alice", "bob");
  await expect(sync([["alice", 1]], { syncToken: "nonsense" })).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
  await expect(sync([["", 1]])).rejects.toEqual(refusal("ERR_EMPTY_RECEIVER"));
  await expect(sync(Array.from({ length: 1_001 }, (_, n) => [`u${n}`, 1] as const))).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
  const elsewhere = await bench().call.sync(SyncRequest.fromPartial({ conversations: [{ ...address("alice"), seq: 0 }] }), as.user("bob", OTHER_APP));
  expect(elsewhere.conversations).toMatchObject([{ gone: true, rows: [] }]);
});
