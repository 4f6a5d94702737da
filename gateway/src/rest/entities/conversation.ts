import type { Conversation } from "@parlance/proto/messaging/v1/conversation";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { JsonObject } from "../input/json-body.js";
import { groupCopy } from "./group.js";
import { receiverTypeName } from "./message-data.js";
import { messageEntity } from "./message.js";
import { userCopy } from "./user.js";
import { DIGITS, SECONDS, STRING, STRINGS, entity, idOf, oneOf, present, refTo, secondsOf, textOf } from "./values.js";

/** rest.md 3.10. */
export function conversationEntity(conversation: Conversation): JsonObject {
  const { conversationId, conversationType, conversationWith, lastMessage } = conversation;
  const party = conversationWith ?? { id: "", name: "", avatar: "", role: "" };
  return present({
    conversationId,
    conversationType: receiverTypeName(conversationType),
    conversationWith: conversationType === ReceiverType.GROUP ? groupCopy(party, { conversationId }) : userCopy(party, conversationId),
    unreadMessageCount: String(conversation.unreadMessageCount),
    unreadMentionsCount: String(conversation.unreadMentionsCount),
    lastMessage: lastMessage === undefined || lastMessage.deletedAtMs > 0
      ? undefined : { ...messageEntity(lastMessage), receipts: { data: [] } },
    lastReadMessageId: idOf(conversation.lastReadMessageId),
    tags: conversation.tags.length === 0 ? undefined : conversation.tags,
    pinnedBy: textOf(conversation.pinnedBy),
    pinnedAt: secondsOf(conversation.pinnedAtMs),
    createdAt: secondsOf(conversation.createdAtMs),
    updatedAt: secondsOf(conversation.updatedAtMs),
  });
}

export const conversationSchema = entity({
  conversationId: STRING, conversationType: oneOf("user", "group"),
  conversationWith: { anyOf: [refTo("UserCopy"), refTo("GroupCopy")] },
  unreadMessageCount: DIGITS, unreadMentionsCount: DIGITS, lastMessage: refTo("Message"), lastReadMessageId: DIGITS, tags: STRINGS,
  pinnedBy: STRING, pinnedAt: SECONDS, createdAt: SECONDS, updatedAt: SECONDS,
}, ["conversationId", "conversationType", "conversationWith", "unreadMessageCount"]);
