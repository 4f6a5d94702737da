import { Category, type Message } from "@parlance/proto/messaging/v1/message";
import type { JsonObject } from "../input/json-body.js";
import { dataOf, receiverTypeName } from "./message-data.js";
import {
  BOOL, COUNT, DIGITS, FREE, SECONDS, STRING, STRINGS, arrayOf, entity, idOf, mapOf, oneOf, present, refTo, secondsOf, textOf, type Names,
} from "./values.js";

const CATEGORIES: Names = {
  [Category.MESSAGE]: "message", [Category.CUSTOM]: "custom", [Category.INTERACTIVE]: "interactive", [Category.ACTION]: "action",
  [Category.CALL]: "call",
};

interface MessageShow {
  readonly tags?: boolean;
}

/** rest.md 3.5. */
export function messageEntity(message: Message, { tags = false }: MessageShow = {}): JsonObject {
  return present({
    ...headOf(message),
    data: dataOf(message, (inner) => messageEntity(inner)),
    ...changesOf(message),
    parentId: idOf(message.parentMessageId),
    replyCount: message.replyCount === 0 ? undefined : message.replyCount,
    quotedMessageId: idOf(message.quotedMessageId),
    quotedMessage: message.quotedMessage === undefined ? undefined : quotedEntity(message.quotedMessage),
    tags: tags && message.deletedAtMs === 0 ? message.tags : undefined,
    pinnedBy: textOf(message.pinnedBy),
    pinnedAt: secondsOf(message.pinnedAtMs),
    savedAt: secondsOf(message.savedAtMs),
  });
}

/** Quotes are shown one level deep. */
function quotedEntity(message: Message): JsonObject {
  return messageEntity({ ...message, quotedMessage: undefined });
}

function headOf(message: Message): JsonObject {
  return {
    id: String(message.id),
    // Of messages that the platform makes it is an internal name.
    muid: message.category === Category.ACTION ? undefined : textOf(message.muid),
    conversationId: message.conversationId,
    sender: message.sender?.id ?? "",
    receiver: message.receiverId,
    receiverType: receiverTypeName(message.receiverType),
    category: CATEGORIES[message.category] ?? "message",
    type: message.type,
  };
}

function changesOf(message: Message): JsonObject {
  return {
    sentAt: Math.floor(message.sentAtMs / 1_000),
    updatedAt: secondsOf(message.updatedAtMs),
    editedAt: secondsOf(message.editedAtMs),
    editedBy: textOf(message.editedBy),
    deletedAt: secondsOf(message.deletedAtMs),
    deletedBy: textOf(message.deletedBy),
    deliveredAt: secondsOf(message.deliveredAtMs),
    readAt: secondsOf(message.readAtMs),
  };
}

const entityOf = (...types: readonly (readonly [string, string])[]) => ({
  anyOf: types.map(([type, schema]) => entity({ entityType: oneOf(type), entity: refTo(schema) }, ["entityType", "entity"])),
});

export const callSchema = entity({
  sessionid: STRING, status: STRING, type: STRING, sender: STRING, receiver: STRING, receiverType: oneOf("user", "group"),
  conversationId: STRING, initiatedAt: SECONDS, startedAt: SECONDS, joinedAt: SECONDS,
}, ["sessionid", "status"]);

const dataSchema = entity({
  text: STRING, metadata: FREE, resource: STRING, url: STRING, customData: FREE, subType: STRING, conversationText: STRING,
  updateConversation: BOOL, sendNotification: BOOL, action: STRING, interactiveData: FREE, interactionGoal: FREE,
  allowSenderInteraction: BOOL,
  attachments: arrayOf(entity({ url: STRING, name: STRING, extension: STRING, mimeType: STRING, size: COUNT }, ["url"])),
  extras: entity({ scope: entity({ new: STRING, old: STRING }, []) }, []),
  entities: entity({
    sender: entityOf(["user", "UserCopy"]),
    receiver: entityOf(["user", "UserCopy"], ["group", "GroupCopy"]),
    by: entityOf(["user", "UserCopy"]),
    on: entityOf(["user", "UserCopy"], ["message", "Message"], ["call", "Call"]),
    for: entityOf(["user", "UserCopy"], ["group", "GroupCopy"]),
  }, []),
  mentions: mapOf(refTo("UserCopy")),
  reactions: arrayOf(entity({ reaction: STRING, count: COUNT, reactedByMe: BOOL }, ["reaction", "count"])),
  moderation: entity({ status: oneOf("pending", "approved", "disapproved") }, ["status"]),
}, []);

export const messageSchema = entity({
  id: DIGITS, muid: STRING, conversationId: STRING, sender: STRING, receiver: STRING, receiverType: oneOf("user", "group"),
  category: oneOf("message", "custom", "interactive", "action", "call"), type: STRING, data: dataSchema, sentAt: SECONDS,
  updatedAt: SECONDS, editedAt: SECONDS, editedBy: STRING, deletedAt: SECONDS, deletedBy: STRING, deliveredAt: SECONDS, readAt: SECONDS,
  parentId: DIGITS, replyCount: COUNT, quotedMessageId: DIGITS, quotedMessage: refTo("Message"), tags: STRINGS, pinnedBy: STRING,
  pinnedAt: SECONDS, savedAt: SECONDS, receipts: entity({ data: arrayOf(FREE) }, ["data"]),
}, ["id", "conversationId", "sender", "receiver", "receiverType", "category", "type", "data", "sentAt"]);
