import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { MarkDeliveredRequest, MarkDeliveredResponse, MarkReadRequest, MarkReadResponse } from "@parlance/proto/messaging/v1/rpc";
import { MessagingServiceService as messaging } from "@parlance/proto/messaging/v1/messaging_service";
import { ACK, ACK_M, ack, ackM } from "../routes/ack.js";
import { route } from "../routes/route.js";
import { messageId } from "../schema/index.js";

const body = { messageId: messageId() };
const errors = ["ERR_CONVERSATION_NOT_ACCESSIBLE", "ERR_MESSAGE_ID_NOT_FOUND"] as const;
const [DELIVERED, READ] = ["The conversation is marked as delivered.", "The conversation is marked as read."];
const example = { body: { messageId: "798000000000001" } };

export const markUserDelivered = route({
  number: "R-C-09", tier: 1, method: "POST", path: "/users/{uid}/conversation/delivered", summary: "Raises the viewer's delivered mark.",
  callers: ["F", "U"], onBehalfOf: "required", rpc: messaging.markDelivered, body, errors,
  toRequest: (input) => MarkDeliveredRequest.fromPartial({
    receiverType: ReceiverType.USER, receiverId: input.params.uid, messageId: input.body.messageId ?? 0,
  }),
  toSuccess: () => ackM(DELIVERED),
  success: ACK_M,
  example: { ...example, params: { uid: "bob" }, response: MarkDeliveredResponse.fromPartial({}) },
});

export const markUserRead = route({
  number: "R-C-10", tier: 1, method: "POST", path: "/users/{uid}/conversation/read", summary: "Raises the viewer's read mark.",
  callers: ["F", "U"], onBehalfOf: "required", rpc: messaging.markRead, body, errors,
  toRequest: (input) => MarkReadRequest.fromPartial({
    receiverType: ReceiverType.USER, receiverId: input.params.uid, messageId: input.body.messageId ?? 0,
  }),
  toSuccess: () => ackM(READ),
  success: ACK_M,
  example: { ...example, params: { uid: "bob" }, response: MarkReadResponse.fromPartial({}) },
});

export const markGroupDelivered = route({
  number: "R-C-17", tier: 1, method: "POST", path: "/groups/{guid}/conversation/delivered", summary: "Raises the viewer's delivered mark.",
  callers: ["F", "U"], onBehalfOf: "required", rpc: messaging.markDelivered, body, errors,
  toRequest: (input) => MarkDeliveredRequest.fromPartial({
    receiverType: ReceiverType.GROUP, receiverId: input.params.guid, messageId: input.body.messageId ?? 0,
  }),
  toSuccess: () => ack(DELIVERED),
  success: ACK,
  example: { ...example, params: { guid: "lobby" }, response: MarkDeliveredResponse.fromPartial({}) },
});

export const markGroupRead = route({
  number: "R-C-18", tier: 1, method: "POST", path: "/groups/{guid}/conversation/read", summary: "Raises the viewer's read mark.",
  callers: ["F", "U"], onBehalfOf: "required", rpc: messaging.markRead, body, errors,
  toRequest: (input) => MarkReadRequest.fromPartial({
    receiverType: ReceiverType.GROUP, receiverId: input.params.guid, messageId: input.body.messageId ?? 0,
  }),
  toSuccess: () => ack(READ),
  success: ACK,
  example: { ...example, params: { guid: "lobby" }, response: MarkReadResponse.fromPartial({}) },
});
