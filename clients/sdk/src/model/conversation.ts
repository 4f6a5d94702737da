import { ReceiptType, type Conversation as WireConversation, type Receipt } from "@parlance/proto/messaging/v1/conversation";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { ReceiptTypeName, ReceiverTypeName } from "../constants.js";
import { partyToGroup, type Group } from "./group.js";
import type { BaseMessage } from "./message.js";
import { toMessage } from "./to-message.js";
import { partyToUser, type User } from "./user.js";
import { assign, number, receiverTypeName, seconds, text } from "./wire.js";

/** The own view of a conversation (chat.md 15.2). Times are Unix seconds. */
export class Conversation {
  lastMessage?: BaseMessage;
  latestMessageId?: number;
  lastReadMessageId?: number;
  deliveredSeq = 0;
  readSeq = 0;
  unreadMessageCount = 0;
  unreadMentionsCount = 0;
  tags?: readonly string[];
  pinnedAt?: number;
  pinnedBy?: string;
  mutedUntil?: number;
  createdAt?: number;
  updatedAt?: number;

  constructor(
    readonly conversationId: string, readonly conversationType: ReceiverTypeName, readonly conversationWith: User | Group,
  ) {}
}

export function toConversation(wire: WireConversation): Conversation {
  const partner = wire.conversationType === ReceiverType.GROUP
    ? partyToGroup(wire.conversationWith) : partyToUser(wire.conversationWith);
  const conversation = new Conversation(wire.conversationId, receiverTypeName(wire.conversationType), partner);
  return assign<Conversation>(conversation, {
    lastMessage: wire.lastMessage === undefined ? undefined : toMessage(wire.lastMessage),
    latestMessageId: number(wire.latestMessageId), lastReadMessageId: number(wire.lastReadMessageId),
    deliveredSeq: wire.deliveredSeq, readSeq: wire.readSeq, unreadMessageCount: wire.unreadMessageCount,
    unreadMentionsCount: wire.unreadMentionsCount, tags: wire.tags.length === 0 ? undefined : wire.tags,
    pinnedAt: seconds(wire.pinnedAtMs), pinnedBy: text(wire.pinnedBy), mutedUntil: seconds(wire.mutedUntilMs),
    createdAt: seconds(wire.createdAtMs), updatedAt: seconds(wire.updatedAtMs),
  });
}

/** A participant's mark moved (chat.md 19.9): everything up to and including `messageId`. */
export interface MessageReceipt {
  readonly messageId: number;
  readonly seq: number;
  readonly conversationId: string;
  readonly sender: User;
  readonly receiverId: string;
  readonly receiverType: ReceiverTypeName;
  readonly receiptType: ReceiptTypeName;
  readonly timestamp: number;
  readonly deliveredAt?: number;
  readonly readAt?: number;
}

const receiptNames: Readonly<Record<ReceiptType, ReceiptTypeName>> = {
  [ReceiptType.UNSPECIFIED]: "delivery", [ReceiptType.DELIVERED]: "delivery", [ReceiptType.READ]: "read",
  [ReceiptType.DELIVERED_TO_ALL]: "deliveredToAll", [ReceiptType.READ_BY_ALL]: "readByAll",
};

export function toReceipt(wire: Receipt): MessageReceipt {
  const at = seconds(wire.atMs) ?? 0;
  const receiptType = receiptNames[wire.type];
  return {
    messageId: wire.messageId, seq: wire.seq, conversationId: wire.conversationId, sender: partyToUser(wire.sender),
    receiverId: wire.receiverId, receiverType: receiverTypeName(wire.receiverType), receiptType, timestamp: at,
    ...(receiptType === "delivery" || receiptType === "deliveredToAll" ? { deliveredAt: at } : { readAt: at }),
  };
}
