import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { Conversation as WireConversation } from "@parlance/proto/messaging/v1/conversation";
import type { MarkReadRequest } from "@parlance/proto/messaging/v1/rpc";
import type { ReceiverTypeName } from "../constants.js";
import type { Address } from "../engine/address.js";
import { rpcs } from "../engine/rpcs.js";
import { failure } from "../errors.js";
import { toConversation, type Conversation } from "../model/conversation.js";
import type { BaseMessage } from "../model/message.js";
import { receiverTypeToWire } from "../model/wire.js";
import type { Root } from "../root.js";

type Mark = "markDelivered" | "markRead";

/** Of the message for the user `me`: the other user, or the group. */
function placeOf(message: BaseMessage, me: string): Address & { readonly messageId: number } {
  const { id, sender, receiverType, receiverId } = message;
  if (id === undefined) throw failure("ERR_MESSAGE_ID_NOT_FOUND");
  const type = receiverTypeToWire(receiverType);
  const partner = type === ReceiverType.USER && sender !== undefined && sender.uid !== me ? sender.uid : receiverId;
  return { receiverType: type, receiverId: partner, messageId: id };
}

/** The answer says where the conversation's log ends: the app has it through there, if nothing was known of it. */
export function noteView(root: Root, address: Address, conversation: WireConversation): void {
  const { logs, views } = root.session();
  logs.name(conversation.conversationId, address);
  logs.begin(address, conversation.lastSeq);
  views.note(address, conversation);
}

async function mark(root: Root, which: Mark, request: MarkReadRequest): Promise<void> {
  const session = root.session();
  const { conversation } = await session.calls.overSocket(rpcs[which], request);
  if (conversation !== undefined) session.views.note(request, conversation);
}

/** (message), or (messageId, receiverId, receiverType, senderId): receiverId is the sender's uid one-to-one, the guid in groups. */
export interface MarkMessage {
  (message: BaseMessage): Promise<void>;
  (messageId: number | string, receiverId: string, receiverType: ReceiverTypeName, senderId?: string): Promise<void>;
}

function markMessage(root: Root, which: Mark): MarkMessage {
  return async (message: BaseMessage | number | string, receiverId?: string, receiverType: ReceiverTypeName = "user") => {
    const { uid } = root.session();
    const request = typeof message === "object"
      ? placeOf(message, uid)
      : { receiverType: receiverTypeToWire(receiverType), receiverId: receiverId ?? "", messageId: Number(message) };
    await mark(root, which, request);
  };
}

/** chat.md 15, 16, 19, 32. Marks need the connection. */
export function conversationsApi(root: Root) {
  const counts = async (receiverType: ReceiverType, receiverId = "") =>
    root.session().calls.invoke(rpcs.getUnreadCounts, { receiverType, receiverId });
  const markAll = async (which: Mark, conversationWith: string, conversationType: ReceiverTypeName) => {
    const receiverType = receiverTypeToWire(conversationType, "INVALID_CONVERSATION_TYPE");
    await mark(root, which, { receiverType, receiverId: conversationWith, messageId: 0 });
  };
  return {
    markAsDelivered: markMessage(root, "markDelivered"),
    markAsRead: markMessage(root, "markRead"),
    markConversationAsDelivered: async (conversationWith: string, conversationType: ReceiverTypeName): Promise<string> => {
      await markAll("markDelivered", conversationWith, conversationType);
      return "The conversation is marked as delivered.";
    },
    markConversationAsRead: async (conversationWith: string, conversationType: ReceiverTypeName): Promise<string> => {
      await markAll("markRead", conversationWith, conversationType);
      return "The conversation is marked as read.";
    },
    getConversation: async (conversationWith: string, conversationType: ReceiverTypeName): Promise<Conversation> => {
      const type = receiverTypeToWire(conversationType, "INVALID_CONVERSATION_TYPE");
      const request = { conversationWith: conversationWith.toLowerCase(), conversationType: type };
      const { conversation } = await root.session().calls.invoke(rpcs.getConversation, request);
      if (conversation === undefined) throw failure("ERR_CONVERSATION_NOT_ACCESSIBLE");
      noteView(root, { receiverType: type, receiverId: request.conversationWith }, conversation);
      return toConversation(conversation);
    },
    /** Non-zero entries. */
    getUnreadMessageCount: async () => {
      const { users, groups } = await counts(ReceiverType.UNSPECIFIED);
      return { user: users, group: groups };
    },
    /** A map with that entry, also when 0. */
    getUnreadMessageCountForUser: async (uid: string) => (await counts(ReceiverType.USER, uid)).users,
    getUnreadMessageCountForGroup: async (guid: string) => (await counts(ReceiverType.GROUP, guid)).groups,
    getUnreadMessageCountForAllUsers: async () => (await counts(ReceiverType.USER)).users,
    getUnreadMessageCountForAllGroups: async () => (await counts(ReceiverType.GROUP)).groups,
  };
}
