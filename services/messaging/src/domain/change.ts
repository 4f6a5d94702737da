import { Message, MessageActionKind } from "@parlance/proto/messaging/v1/message";

/** New content of an edit; what is undefined stays. Attachments, address and kind never change. */
export interface Edit {
  readonly body: Message["body"] | undefined;
  readonly metadataJson: string | undefined;
  readonly tags: readonly string[] | undefined;
}

/** What a change row does to an earlier message. */
export interface Change {
  readonly messageId: number;
  readonly kind: "edit" | "delete";
  readonly by: string;
  readonly edit: Edit | undefined;
}

export function changeKind(kind: MessageActionKind): Change["kind"] | undefined {
  if (kind === MessageActionKind.EDITED) return "edit";
  return kind === MessageActionKind.DELETED ? "delete" : undefined;
}

/**
 * The message after a change row; undefined when it may not be changed any more (it is a husk). A change that was
 * applied before, or an older one, leaves it as it is: the guard is `changeSeq < seq` (reliability.md W18).
 */
export function applyChange(message: Message, change: Change, row: { seq: number; sentAtMs: number }): Message | undefined {
  if (message.changeSeq >= row.seq) return message;
  if (message.deletedAtMs > 0) return undefined;
  const touched = { ...message, changeSeq: row.seq, updatedAtMs: row.sentAtMs };
  if (change.kind === "delete") return huskOf(touched, change.by, row.sentAtMs);
  const edit = change.edit;
  return {
    ...touched,
    editedAtMs: row.sentAtMs,
    editedBy: change.by,
    body: edit?.body ?? message.body,
    metadataJson: edit?.metadataJson ?? message.metadataJson,
    tags: edit?.tags === undefined ? message.tags : [...edit.tags],
  };
}

/** What is left of a deleted message (chat.md 18.4). */
export function huskOf(message: Message, by: string, atMs: number): Message {
  return Message.fromPartial({
    id: message.id,
    seq: message.seq,
    changeSeq: message.changeSeq,
    muid: message.muid,
    conversationId: message.conversationId,
    sender: message.sender,
    receiverType: message.receiverType,
    receiverId: message.receiverId,
    receiver: message.receiver,
    category: message.category,
    type: message.type,
    sentAtMs: message.sentAtMs,
    updatedAtMs: message.updatedAtMs,
    editedAtMs: message.editedAtMs,
    editedBy: message.editedBy,
    deletedAtMs: atMs,
    deletedBy: by,
    parentMessageId: message.parentMessageId,
    replyCount: message.replyCount,
    countableNo: message.countableNo,
    countable: message.countable,
  });
}
