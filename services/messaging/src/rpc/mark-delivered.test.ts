import { ReceiptType } from "@parlance/proto/messaging/v1/conversation";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { MarkDeliveredRequest } from "@parlance/proto/messaging/v1/rpc";
import { expect, test } from "vitest";
import { OTHER_APP, address, as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

const mark = async (of: string, messageId = 0, who = "bob") =>
  (await bench().call.markDelivered(MarkDeliveredRequest.fromPartial({ ...address(of), messageId }), as.user(who))).conversation!;

test("everything up to the message is delivered; reading is another matter", async () => {
  const [first] = [await bench().text("alice", "bob"), await bench().text("alice", "bob")];
  expect(await mark("alice", first.id)).toMatchObject({ deliveredSeq: 1, readSeq: 0, unreadAfterSeq: 0, unreadMessageCount: 2 });
  expect(await mark("alice")).toMatchObject({ deliveredSeq: 2, readSeq: 0 });
});

test("the author hears of it, with the message that the mark stands at; so do the own other devices", async () => {
  const [first] = [await bench().text("alice", "bob"), await bench().text("alice", "bob")];
  await bench().published();
  const conversation = await mark("alice", first.id);
  const [receipt, own] = await bench().published();
  expect(receipt).toMatchObject({ channel: "app/u:alice", record: { topic: "events", headers: { kind: "receipt" } } });
  expect(receipt!.event.body).toMatchObject({ $case: "receipt", value: {
    type: ReceiptType.DELIVERED, messageId: first.id, seq: 1, sender: { id: "bob" }, receiverType: ReceiverType.USER, receiverId: "alice",
    conversationId: "alice_user_bob", atMs: bench().clock.now(),
  } });
  expect(own).toMatchObject({ channel: "app/u:bob", record: { headers: { kind: "conversationUpdated", origin: "s-bob" } } });
  expect(own!.event.body).toMatchObject({ $case: "conversationUpdated", value: { conversation, changed: ["deliveredSeq"] } });
});

test("a lower mark, or the same again, succeeds without effect and event (19.2)", async () => {
  const [first] = [await bench().text("alice", "bob"), await bench().text("alice", "bob")];
  await mark("alice");
  await bench().published();
  expect(await mark("alice", first.id)).toMatchObject({ deliveredSeq: 2 });
  expect(await mark("alice")).toMatchObject({ deliveredSeq: 2 });
  expect(await bench().published()).toEqual([]);
});

test("authors of a group that are newly covered hear of it, each once", async () => {
  for (const who of ["alice", "bob", "carol"]) await bench().join(who);
  await bench().text("alice", "team");
  await bench().text("alice", "team");
  await bench().text("bob", "team");
  await mark("team", 0, "carol");
  const { id } = await bench().text("bob", "team");
  await bench().published();
  await mark("team", 0, "carol");
  const facts = await bench().published();
  expect(facts.map(({ channel, record }) => [channel, record.headers.kind])).toEqual([["app/u:bob", "receipt"], ["app/u:carol", "conversationUpdated"]]);
  expect(facts[0]!.event.body).toMatchObject({ value: { messageId: id, seq: 7, receiverType: ReceiverType.GROUP, receiverId: "team" } });
});

test("a mark holds also when the event log is away: it is told by the next sync", async () => {
  await bench().text("alice", "bob");
  bench().eventLog.away = true;
  expect(await mark("alice")).toMatchObject({ deliveredSeq: 1 });
  bench().eventLog.away = false;
});

test("only participants mark, and only messages of the conversation", async () => {
  const elsewhere = await bench().text("carol", "bob");
  await expect(mark("alice")).rejects.toEqual(refusal("ERR_CONVERSATION_NOT_ACCESSIBLE"));
  await bench().text("alice", "bob");
  await expect(mark("alice", elsewhere.id)).rejects.toEqual(refusal("ERR_MESSAGE_ID_NOT_FOUND"));
  await expect(mark("alice", 12_345)).rejects.toEqual(refusal("ERR_MESSAGE_ID_NOT_FOUND"));
  await expect(mark("team")).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
  await expect(mark("nobody")).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
  await expect(mark("")).rejects.toEqual(refusal("ERR_EMPTY_RECEIVER"));
  const request = MarkDeliveredRequest.fromPartial(address("alice"));
  await expect(bench().call.markDelivered(request, as.user("bob", OTHER_APP))).rejects.toEqual(refusal("ERR_CONVERSATION_NOT_ACCESSIBLE"));
});
