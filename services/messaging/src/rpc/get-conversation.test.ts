import { HistoryVisibility } from "@parlance/proto/group/v1/group";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { MarkReadRequest } from "@parlance/proto/messaging/v1/rpc";
import { expect, test } from "vitest";
import { OTHER_APP, address, as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

const get = async (conversationWith: string, caller = as.user("bob")) => {
  const { receiverType: conversationType } = address(conversationWith);
  return (await bench().call.getConversation({ conversationType, conversationWith }, caller)).conversation!;
};

test("a view shows the other, the newest message, marks and unread (15.2)", async () => {
  const [first, second] = [await bench().text("alice", "bob", "one"), await bench().text("alice", "bob", "two")];
  await bench().call.markRead(MarkReadRequest.fromPartial({ ...address("alice"), messageId: first.id }), as.user("bob"));
  expect(await get("alice")).toMatchObject({
    conversationId: "alice_user_bob", conversationType: ReceiverType.USER, conversationWith: { id: "alice", name: "ALICE" },
    lastMessage: second, latestMessageId: second.id, lastReadMessageId: first.id, lastSeq: 2, deliveredSeq: 1, readSeq: 1,
    unreadAfterSeq: 1, unreadMessageCount: 1, floorSeq: 0, peerReadSeq: 0, createdAtMs: first.sentAtMs,
  });
  expect(await get("bob", as.user("alice"))).toMatchObject({ conversationWith: { id: "bob" }, unreadMessageCount: 0, peerDeliveredSeq: 1, peerReadSeq: 1 });
});

test("edits and deletions never become the last message; a deleted last message stays as a husk (15.3)", async () => {
  const message = await bench().text("alice", "bob");
  const { message: husk } = await bench().call.deleteMessage({ messageId: message.id }, as.user("alice"));
  expect(await get("alice")).toMatchObject({ lastMessage: husk, lastSeq: 2 });
});

test("a group's view shows the group, and nothing below the member's floor", async () => {
  await bench().join("alice");
  await bench().text("alice", "team", "secret");
  const action = await bench().join("bob", { historyVisibility: HistoryVisibility.SINCE_JOIN });
  expect(await get("team")).toMatchObject({
    conversationId: "group_team", conversationWith: { id: "team", name: "Team" }, lastMessage: action, floorSeq: 2, readSeq: 2, unreadMessageCount: 0,
  });
});

test("a conversation without rows, or that one is no participant of, is not there (15.1)", async () => {
  await bench().join("alice", { silent: true });
  await expect(get("team", as.user("alice"))).rejects.toEqual(refusal("ERR_CONVERSATION_NOT_ACCESSIBLE"));
  await bench().text("alice", "team");
  for (const whom of ["alice", "team", "nobody"]) await expect(get(whom)).rejects.toEqual(refusal("ERR_CONVERSATION_NOT_ACCESSIBLE"));
  await bench().text("alice", "bob");
  await expect(get("alice", as.user("bob", OTHER_APP))).rejects.toEqual(refusal("ERR_CONVERSATION_NOT_ACCESSIBLE"));
});

test("a user who was deleted leaves an entry with the id alone", async () => {
  await bench().text("alice", "bob");
  bench().directory.users.delete("app/alice");
  await bench().clock.advance(61_000);
  expect((await get("alice")).conversationWith).toMatchObject({ id: "alice", name: "" });
});
