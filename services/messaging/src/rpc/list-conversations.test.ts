import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { ListConversationsRequest, SyncRequest } from "@parlance/proto/messaging/v1/rpc";
import { expect, test } from "vitest";
import { OTHER_APP, address, as } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

type Fields = Parameters<typeof ListConversationsRequest.fromPartial>[0];
const list = (fields: Fields = {}, caller = as.user("bob")) => bench().call.listConversations(ListConversationsRequest.fromPartial(fields), caller);
const withs = async (fields: Fields = {}, caller = as.user("bob")) => (await list(fields, caller)).conversations.map(({ conversationWith }) => conversationWith!.id);

test("the newest activity comes first, in pages that neither repeat nor miss", async () => {
  for (const who of ["dave", "erin", "frank"]) bench().directory.users.set(`app/${who}`, who);
  for (const who of ["alice", "carol", "dave", "erin", "frank"]) {
    await bench().text(who, "bob");
    await bench().clock.advance(1_000);
  }
  await bench().text("alice", "bob");
  const all = await withs();
  expect(all).toEqual(["alice", "frank", "erin", "dave", "carol"]);
  const seen: string[] = [];
  let pageToken = "";
  do {
    const page = await list({ pageSize: 2, pageToken });
    seen.push(...page.conversations.map(({ conversationWith }) => conversationWith!.id));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  expect(seen).toEqual(all);
});

test("edits move nothing up (15.3)", async () => {
  const { id } = await bench().text("alice", "bob");
  await bench().clock.advance(1_000);
  await bench().text("carol", "bob");
  await bench().clock.advance(1_000);
  await bench().call.deleteMessage({ messageId: id }, as.user("alice"));
  expect(await withs()).toEqual(["carol", "alice"]);
});

test("kind and unread can be asked for", async () => {
  await bench().text("alice", "bob");
  await bench().text("bob", "carol");
  await bench().join("bob");
  expect(await withs({ conversationType: ReceiverType.GROUP })).toEqual(["team"]);
  expect(await withs({ unread: true })).toEqual(["alice"]);
});

test("the sync token stands for the moment of the list: what follows is told by a sync with it", async () => {
  await bench().text("alice", "bob");
  const { syncToken, epoch } = await list();
  const conversations = [{ ...address("alice"), seq: 1 }];
  const sync = () => bench().call.sync(SyncRequest.fromPartial({ conversations, syncToken, epoch }), as.user("bob"));
  expect((await sync()).conversations).toEqual([]);
  await bench().text("carol", "bob");
  expect((await sync()).conversations).toMatchObject([{ receiverId: "carol", rows: [{ seq: 1 }] }]);
});

test("a sent message is in the list at once (I7)", async () => {
  const message = await bench().text("alice", "bob");
  expect((await list({}, as.user("alice"))).conversations[0]!.lastMessage).toEqual(message);
});

test("a kicked member's list has the group no more", async () => {
  await bench().join("alice");
  await bench().join("bob");
  await bench().kick("bob", "alice");
  expect(await withs()).toEqual([]);
});

test("lists are the user's and the app's own (S14); bad input is refused", async () => {
  await bench().text("alice", "bob");
  expect(await withs({}, as.user("carol"))).toEqual([]);
  expect(await withs({}, as.user("bob", OTHER_APP))).toEqual([]);
  await expect(list({ pageToken: "nonsense" })).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
  await expect(list({ pageSize: 1_001 })).rejects.toEqual(refusal("ERROR_LIMIT_EXCEEDED"));
  await expect(list({ conversationType: 7 as ReceiverType })).rejects.toEqual(refusal("INVALID_CONVERSATION_TYPE"));
});
