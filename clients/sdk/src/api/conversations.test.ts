import { expect, it } from "vitest";
import { Event } from "@parlance/proto/event/v1/event";
import { ReceiptType } from "@parlance/proto/messaging/v1/conversation";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { MarkReadRequest, MarkReadResponse } from "@parlance/proto/messaging/v1/rpc";
import type { BaseMessage } from "../model/message.js";
import { bob, team } from "../testing/fake-messaging.js";
import { connected, recorder, settings } from "../testing/place.js";

const nothing = new Uint8Array();

it("marks by message, by ids and by conversation, addressing the other user", async () => {
  const { parlance, other, gateway, messaging } = await connected();
  const marks: unknown[] = [];
  other.set("messaging.MarkRead", (request) => {
    const { receiverType, receiverId, messageId } = MarkReadRequest.decode(request);
    marks.push([receiverType, receiverId, messageId]);
    return MarkReadResponse.encode({ conversation: undefined }).finish();
  });
  const received: BaseMessage[] = [];
  parlance.addMessageListener("test", { onTextMessageReceived: (message) => received.push(message) });
  gateway.socket.event(messaging.append(bob, "bob"));
  await parlance.markAsRead(received[0]!);
  await parlance.markAsRead(7, "team", "group", "bob");
  expect(await parlance.markConversationAsRead("bob", "user")).toEqual(expect.any(String));
  expect(marks).toEqual([[ReceiverType.USER, "bob", 1_001], [ReceiverType.GROUP, "team", 7], [ReceiverType.USER, "bob", 0]]);
});

it("marks what arrives as delivered when it is told to, once for a burst", async () => {
  const { parlance, other, gateway, messaging, settle } = await connected(settings().autoDeliveryReceipts(true));
  const marks: unknown[] = [];
  other.set("messaging.MarkDelivered", (request) => {
    const { receiverId, messageId } = MarkReadRequest.decode(request);
    marks.push([receiverId, messageId]);
    return nothing;
  });
  gateway.socket.event(messaging.append(bob, "bob"), messaging.append(bob, "bob"), messaging.append(team, "bob"));
  await settle();
  await parlance.sendMessage(new parlance.TextMessage("bob", "mine", "user"));
  expect(marks).toEqual([["bob", 1_002], ["team", 1_003]]);
  expect(parlance.getLastDeliveredMessageId()).toBe(1_003);
});

it("tells a receipt once", async () => {
  const { parlance, gateway } = await connected();
  const { heard, listener } = recorder((name, [receipt]) => `${name} ${(receipt as { messageId: number }).messageId}`);
  parlance.addMessageListener("test", listener);
  const receipt = (type: ReceiptType, seq: number) => Event.fromPartial({
    body: { $case: "receipt", value: { type, seq, messageId: seq + 100, sender: { id: "bob" }, receiverType: 1, receiverId: "alice", conversationId: "c", atMs: 5_000 } },
  });
  gateway.socket.event(receipt(ReceiptType.DELIVERED, 2), receipt(ReceiptType.DELIVERED, 2), receipt(ReceiptType.READ, 2), receipt(ReceiptType.DELIVERED, 1), receipt(ReceiptType.READ, 3));
  expect(heard).toEqual(["onMessagesDelivered 102", "onMessagesRead 102", "onMessagesRead 103"]);
});
