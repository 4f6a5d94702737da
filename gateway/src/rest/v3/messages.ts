import { fail } from "@parlance/platform/errors";
import { Category, Message, ReceiverType } from "@parlance/proto/messaging/v1/message";
import {
  DeleteMessageRequest, DeleteMessageResponse, EditMessageResponse, GetMessageRequest, GetMessageResponse, SendMessageResponse,
} from "@parlance/proto/messaging/v1/rpc";
import { MessagingServiceService as messaging } from "@parlance/proto/messaging/v1/messaging_service";
import { messageEntity } from "../entities/message.js";
import { refTo } from "../entities/values.js";
import { route } from "../routes/route.js";
import { bool } from "../schema/index.js";
import { EDIT_BODY, SEND_BODY, editRequest, sendRequest } from "./message-body.js";

const NO_MESSAGE = Message.fromPartial({});
const [alice, bob] = [{ id: "alice", name: "Alice", role: "default" }, { id: "bob", name: "Bob", role: "default" }];

export const exampleMessage = Message.fromPartial({
  id: 798_000_000_000_001, seq: 1, conversationId: "alice_user_bob", sender: alice, receiverType: ReceiverType.USER,
  receiverId: "bob", receiver: bob,
  category: Category.MESSAGE, type: "text", sentAtMs: 1_767_225_600_123, muid: "m-1", body: { $case: "text", value: { text: "Hello" } },
});

function actionOn(message: Message, kind: 1 | 2): Message {
  return Message.fromPartial({
    ...exampleMessage, id: exampleMessage.id + 1, category: Category.ACTION, type: "message", muid: "",
    body: { $case: "messageAction", value: { kind, by: alice, messageId: message.id, message } },
  });
}

export const sendMessage = route({
  number: "R-M-01", tier: 1, method: "POST", path: "/messages", summary: "Sends a message.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: messaging.sendMessage,
  body: SEND_BODY,
  later: ["multipleReceivers"],
  toRequest: ({ body }) => sendRequest(body),
  toSuccess: ({ message }) => ({ data: messageEntity(message ?? NO_MESSAGE, { tags: true }) }),
  success: { data: refTo("Message") },
  errors: [
    "ERR_EMPTY_RECEIVER", "ERR_INVALID_RECEIVER_TYPE", "ERR_CANNOT_MESSAGE_SELF", "ERR_UID_NOT_FOUND",
    "ERR_GUID_NOT_FOUND", "ERR_GROUP_NOT_JOINED",
    "ERR_BLOCKED_RECEIVER", "ERR_BLOCKED_SENDER", "ERR_PERMISSION_DENIED", "ERR_EMPTY_MESSAGE_TEXT", "ERR_INVALID_MESSAGE_TEXT",
    "ERR_EMPTY_MESSAGE_CATEGORY", "ERR_INVALID_MESSAGE_CATEGORY", "ERR_EMPTY_MESSAGE_TYPE",
    "ERR_INVALID_MESSAGE_TYPE", "ERR_EMPTY_CUSTOM_DATA",
    "ERR_INVALID_CUSTOM_DATA", "ERR_INVALID_METADATA", "ERR_INVALID_MESSAGE_DATA", "ERR_EMPTY_MESSAGE_FILE",
    "ERR_INVALID_MEDIA_MESSAGE", "ERR_MUID_CONFLICT",
  ],
  example: {
    body: { receiver: "bob", receiverType: "user", category: "message", type: "text", muid: "m-1", data: { text: "Hello" } },
    response: SendMessageResponse.fromPartial({ message: exampleMessage }),
  },
});

export const getMessage = route({
  number: "R-M-03", tier: 1, method: "GET", path: "/messages/{id}", summary: "Answers a message.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: messaging.getMessage,
  query: { withTags: bool(false) },
  later: ["withThreadSubscribed"],
  toRequest: ({ params }) => GetMessageRequest.fromPartial({ messageId: params.id }),
  toSuccess: ({ message }, { query }) => ({ data: messageEntity(message ?? NO_MESSAGE, { tags: query.withTags ?? false }) }),
  success: { data: refTo("Message") },
  errors: ["ERR_MESSAGE_ID_NOT_FOUND", "ERR_MESSAGE_NO_ACCESS"],
  example: {
    params: { id: "798000000000001" }, query: "withTags=true",
    response: GetMessageResponse.fromPartial({ message: exampleMessage }),
  },
});

export const editMessage = route({
  number: "R-M-04", tier: 1, method: "PUT", path: "/messages/{id}", summary: "Replaces content of a message; answers the action message.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: messaging.editMessage,
  body: EDIT_BODY,
  toRequest: ({ params, body }) => editRequest(params.id, body),
  // An edit that changes nothing writes no action: the message stands for it.
  toSuccess: ({ message, action }) => ({ data: messageEntity(action ?? message ?? NO_MESSAGE, { tags: true }) }),
  success: { data: refTo("Message") },
  errors: [
    "ERR_MESSAGE_ID_NOT_FOUND", "ERR_MESSAGE_NO_ACCESS", "ERR_MESSAGE_NOT_A_SENDER", "ERR_MESSAGE_ACTION_NOT_ALLOWED",
    "ERR_EMPTY_MESSAGE_TEXT",
  ],
  example: {
    params: { id: "798000000000001" }, body: { data: { text: "Hello!" } },
    response: EditMessageResponse.fromPartial({
      message: exampleMessage, action: actionOn({ ...exampleMessage, editedAtMs: 1_767_225_601_000, editedBy: "alice" }, 1),
    }),
  },
});

export const deleteMessage = route({
  number: "R-M-05", tier: 1, method: "DELETE", path: "/messages/{id}", summary: "Deletes a message; answers the action message.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: messaging.deleteMessage,
  body: { permanent: bool(false) },
  toRequest: ({ params, body, caller }) => {
    if (body.permanent === true && caller.kind === "user") throw fail("AUTH_ERR_NO_ACCESS");
    if (body.permanent === true) throw fail("ERR_NOT_IMPLEMENTED", "Messages cannot be erased yet.");
    return DeleteMessageRequest.fromPartial({ messageId: params.id });
  },
  toSuccess: ({ message, action }) => ({ data: messageEntity(action ?? message ?? NO_MESSAGE) }),
  success: { data: refTo("Message") },
  errors: ["ERR_MESSAGE_ID_NOT_FOUND", "ERR_MESSAGE_NO_ACCESS", "ERR_MESSAGE_NOT_A_SENDER", "ERR_MESSAGE_ACTION_NOT_ALLOWED"],
  example: {
    params: { id: "798000000000001" }, body: { permanent: false },
    response: DeleteMessageResponse.fromPartial({
      action: actionOn({ ...exampleMessage, body: undefined, deletedAtMs: 1_767_225_601_000, deletedBy: "alice" }, 2),
    }),
  },
});
