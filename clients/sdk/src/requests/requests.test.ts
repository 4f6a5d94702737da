import { expect, it } from "vitest";
import { ListUsersRequest, ListUsersResponse, User } from "@parlance/proto/identity/v1/identity";
import { ListConversationsResponse, ListMessagesRequest, ListMessagesResponse } from "@parlance/proto/messaging/v1/rpc";
import { Message, ReceiverType } from "@parlance/proto/messaging/v1/message";
import { bob } from "../testing/fake-messaging.js";
import { connected } from "../testing/place.js";

const code = (expected: string) => expect.objectContaining({ code: expected });

it("pages through a list to an empty page, one fetch at a time", async () => {
  const { parlance, other } = await connected();
  const asked: unknown[] = [];
  other.set("identity.ListUsers", (request) => {
    const { pageToken, pageSize, searchKey } = ListUsersRequest.decode(request);
    asked.push([pageToken, pageSize, searchKey]);
    const users = [User.fromPartial({ uid: `u${asked.length}`, name: "U" })];
    return ListUsersResponse.encode({ users, nextPageToken: asked.length < 2 ? "more" : "", total: 0 }).finish();
  });
  const request = new parlance.UsersRequestBuilder().setLimit(1).setSearchKeyword("u").build();
  const [first, second] = await Promise.allSettled([request.fetchNext(), request.fetchNext()]);
  expect([first.status, second]).toEqual(["fulfilled", { status: "rejected", reason: code("REQUEST_IN_PROGRESS") }]);
  expect((await request.fetchNext()).map(({ uid }) => uid)).toEqual(["u2"]);
  expect([await request.fetchNext(), await request.fetchNext()]).toEqual([[], []]);
  expect(asked).toEqual([["", 1, "u"], ["more", 1, "u"]]);
});

it("refuses limits above the maximum", async () => {
  const { parlance } = await connected();
  await expect(new parlance.UsersRequestBuilder().setLimit(101).build().fetchNext()).rejects.toEqual(code("ERROR_LIMIT_EXCEEDED"));
  await expect(new parlance.ConversationsRequestBuilder().setLimit(51).build().fetchNext()).rejects.toEqual(code("ERROR_LIMIT_EXCEEDED"));
});

it("walks history to older and newer messages from where it stands", async () => {
  const { parlance, other } = await connected();
  const asked: unknown[] = [];
  other.set("messaging.ListMessages", (bytes) => {
    const { direction, messageId, receiverId } = ListMessagesRequest.decode(bytes);
    asked.push([receiverId, direction, messageId]);
    const ids = messageId === 0 ? [8, 9] : direction === 1 ? [6, 7] : [10];
    const messages = ids.map((id) => Message.fromPartial({ id, seq: id, receiverType: ReceiverType.USER, receiverId: "alice", sender: { id: "bob" } }));
    return ListMessagesResponse.encode({ messages, head: 9, completeThrough: 9, epoch: "e1" }).finish();
  });
  const request = new parlance.MessagesRequestBuilder().setUID("Bob").setLimit(2).build();
  await expect(request.fetchNext()).rejects.toEqual(code("NOT_ENOUGH_PARAMETERS"));
  const ids = async (page: Promise<readonly { id?: number }[]>) => (await page).map(({ id }) => id);
  expect(await ids(request.fetchPrevious())).toEqual([8, 9]);
  expect(await ids(request.fetchPrevious())).toEqual([6, 7]);
  expect(await ids(request.fetchNext())).toEqual([10]);
  expect(asked).toEqual([["bob", 1, 0], ["bob", 1, 8], ["bob", 2, 9]]);
});

it("knows a conversation from its newest page on: live rows after it come once, and a gap is pulled", async () => {
  const { parlance, other, messaging, gateway, clock } = await connected();
  const events = [1, 2, 3, 4].map(() => messaging.append(bob, "bob"));
  other.set("messaging.ListMessages", () =>
    ListMessagesResponse.encode({ messages: [], head: 2, completeThrough: 2, epoch: "e1" }).finish());
  await new parlance.MessagesRequestBuilder().setUID("bob").build().fetchPrevious();
  const heard: (number | undefined)[] = [];
  parlance.addMessageListener("test", { onTextMessageReceived: ({ seq }) => heard.push(seq) });
  gateway.socket.event(events[1]!, events[3]!);
  await clock.advance(200);
  expect(heard).toEqual([3, 4]);
});

it("learns of another store from any read, and tells the app that what it holds is void", async () => {
  const { parlance, other, messaging, gateway, settle } = await connected();
  const voids: boolean[] = [];
  parlance.addConnectionListener("test", { onResumed: ({ truncated }) => voids.push(truncated) });
  gateway.socket.event(messaging.append(bob, "bob"));
  messaging.epoch = "e2";
  other.set("messaging.ListConversations", () =>
    ListConversationsResponse.encode({ conversations: [], nextPageToken: "", syncToken: "", epoch: "e2" }).finish());
  await new parlance.ConversationsRequestBuilder().build().fetchNext();
  await settle();
  expect(voids).toEqual([true]);
});
