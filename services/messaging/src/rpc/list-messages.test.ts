import { HistoryVisibility } from "@parlance/proto/group/v1/group";
import { Category, ReceiverType } from "@parlance/proto/messaging/v1/message";
import { Direction, ListMessagesRequest, MarkReadRequest } from "@parlance/proto/messaging/v1/rpc";
import { expect, test } from "vitest";
import { OTHER_APP, address, as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

type Fields = Parameters<typeof ListMessagesRequest.fromPartial>[0];
const list = (fields: Fields = {}, caller = as.user("bob")) =>
  bench().call.listMessages(ListMessagesRequest.fromPartial({ ...address("alice"), ...fields }), caller);
const seqs = async (fields: Fields = {}, caller = as.user("bob")) => (await list(fields, caller)).messages.map(({ seq }) => seq);

async function fill(count: number) {
  const messages = [];
  for (let n = 0; n < count; n += 1) {
    messages.push(await bench().text("alice", "bob"));
    await bench().clock.advance(1_000);
  }
  return messages;
}

test("pages go back from the newest message, oldest to newest, 30 by default", async () => {
  const messages = await fill(35);
  const newest = await list();
  expect(newest.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, n) => n + 6));
  expect(newest).toMatchObject({ head: 35, completeThrough: 35, epoch: bench().sqlite.epoch });
  expect(await seqs({ messageId: newest.messages[0]!.id })).toEqual([1, 2, 3, 4, 5]);
  expect(await seqs({ atMs: messages[3]!.sentAtMs })).toEqual([1, 2, 3]);
});

test("pages go forward from a message, a time or the beginning", async () => {
  const messages = await fill(5);
  const next = { direction: Direction.NEXT, pageSize: 2 };
  expect(await seqs({ ...next, fromStart: true })).toEqual([1, 2]);
  expect(await seqs({ ...next, messageId: messages[1]!.id })).toEqual([3, 4]);
  expect(await seqs({ ...next, atMs: messages[2]!.sentAtMs })).toEqual([4, 5]);
  await expect(list(next)).rejects.toEqual(refusal("NOT_ENOUGH_PARAMETERS"));
});

test("paging backwards to the end meets every message once", async () => {
  await fill(7);
  const seen: number[] = [];
  for (let page = await list({ pageSize: 3 }); page.messages.length > 0; page = await list({ pageSize: 3, messageId: page.messages[0]!.id })) {
    seen.unshift(...page.messages.map(({ seq }) => seq));
  }
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("husks, kinds, unread and tags can be asked for", async () => {
  const [first] = await fill(3);
  await bench().text("bob", "alice", "mine", { tags: ["x"] });
  await bench().call.deleteMessage({ messageId: first!.id }, as.user("alice"));
  expect(await seqs()).toEqual([1, 2, 3, 4, 5]);
  expect(await seqs({ hideDeletedMessages: true })).toEqual([2, 3, 4, 5]);
  expect(await seqs({ categories: [Category.ACTION] })).toEqual([5]);
  expect(await seqs({ types: ["text"] })).toEqual([1, 2, 3, 4]);
  expect(await seqs({ unread: true })).toEqual([2, 3]);
  await bench().call.markRead(MarkReadRequest.fromPartial({ ...address("alice"), messageId: (await list()).messages[1]!.id }), as.user("bob"));
  expect(await seqs({ unread: true })).toEqual([3]);
  expect((await list()).messages[3]!.tags).toEqual([]);
  expect((await list({ withTags: true })).messages[3]!.tags).toEqual(["x"]);
});

test("without receiver come all conversations, by id", async () => {
  await bench().text("alice", "bob", "one");
  await bench().text("carol", "bob", "two");
  await bench().text("alice", "carol", "not for bob");
  await bench().text("alice", "bob", "three");
  const everywhere = { receiverType: ReceiverType.UNSPECIFIED, receiverId: "" };
  const texts = async (fields: Fields) => (await list({ ...everywhere, ...fields })).messages.map(({ body }) => (body?.$case === "text" ? body.value.text : ""));
  expect(await texts({})).toEqual(["one", "two", "three"]);
  expect(await texts({ pageSize: 1 })).toEqual(["three"]);
  expect(await texts({ direction: Direction.NEXT, fromStart: true, pageSize: 2 })).toEqual(["one", "two"]);
});

test("members see what follows their floor, others nothing (I13)", async () => {
  await bench().join("alice");
  await bench().text("alice", "team");
  await expect(list(address("team"))).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
  await bench().join("bob", { historyVisibility: HistoryVisibility.SINCE_JOIN });
  expect(await seqs(address("team"))).toEqual([3]);
  expect(await seqs({ receiverType: ReceiverType.UNSPECIFIED, receiverId: "" })).toEqual([3]);
  await bench().kick("bob", "alice");
  await expect(list(address("team"))).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
  expect(await seqs({ receiverType: ReceiverType.UNSPECIFIED, receiverId: "" })).toEqual([]);
});

test("what makes no sense is refused", async () => {
  await expect(list({ receiverType: ReceiverType.UNSPECIFIED })).rejects.toEqual(refusal("ERR_INVALID_RECEIVER_TYPE"));
  await expect(list({ receiverId: "" })).rejects.toEqual(refusal("ERR_EMPTY_RECEIVER"));
  await expect(list({ receiverId: "nobody" })).rejects.toEqual(refusal("ERR_UID_NOT_FOUND"));
  await expect(list({ pageSize: 1_001 })).rejects.toEqual(refusal("ERROR_LIMIT_EXCEEDED"));
  await expect(list({ parentMessageId: 1 })).rejects.toEqual(refusal("ERR_NOT_IMPLEMENTED"));
});

test("a pair that never wrote has no messages, and another app has none of these (S14)", async () => {
  expect(await list(address("carol"))).toMatchObject({ messages: [], head: 0 });
  await bench().text("alice", "bob");
  expect(await seqs({}, as.user("bob", OTHER_APP))).toEqual([]);
});
