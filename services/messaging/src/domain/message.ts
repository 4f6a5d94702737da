import { fail } from "@parlance/platform/errors";
import { Category, Message, type ReceiverType, type Party } from "@parlance/proto/messaging/v1/message";
import type { EditMessageRequest, SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";

/** First and second level of a message's kind, as a send means them. */
export interface Kind {
  readonly category: Category;
  readonly type: string;
  readonly countable: boolean;
}

const CUSTOM_TYPE = /^[A-Za-z0-9_.-]{1,100}$/;
const DATA_BYTES_MAX = 10_240;

/** The kind of a send; checks what the contract's field rules cannot say (chat.md 11.3). */
export function kindOfSend(request: SendMessageRequest): Kind {
  const body = request.body;
  if (request.category === Category.ACTION || request.category === Category.CALL) throw fail("ERR_INVALID_MESSAGE_CATEGORY");
  switch (body?.$case) {
    case "text":
      return textKind(request, body.value.text);
    case "custom":
      return customKind(request, body.value.updateConversation);
    case "media":
    case "interactive":
      throw fail("ERR_NOT_IMPLEMENTED", "media and interactive messages cannot be sent yet");
    case undefined:
      throw withoutBody(request);
  }
}

function textKind(request: SendMessageRequest, text: string): Kind {
  if (request.category !== Category.UNSPECIFIED && request.category !== Category.MESSAGE) throw fail("ERR_INVALID_MESSAGE_CATEGORY");
  if (request.type !== "" && request.type !== "text") throw fail("ERR_INVALID_MESSAGE_TYPE");
  requireText(text);
  return { category: Category.MESSAGE, type: "text", countable: true };
}

function customKind(request: SendMessageRequest, updateConversation: boolean | undefined): Kind {
  if (request.category !== Category.UNSPECIFIED && request.category !== Category.CUSTOM) throw fail("ERR_INVALID_MESSAGE_CATEGORY");
  if (request.type === "") throw fail("ERR_EMPTY_MESSAGE_TYPE");
  if (!CUSTOM_TYPE.test(request.type)) throw fail("ERR_INVALID_MESSAGE_TYPE");
  return { category: Category.CUSTOM, type: request.type, countable: updateConversation ?? true };
}

function withoutBody(request: SendMessageRequest) {
  if (request.category === Category.CUSTOM) return fail("ERR_EMPTY_CUSTOM_DATA");
  return fail("ERR_EMPTY_MESSAGE_TEXT");
}

/** Keys that begin with "@" are the platform's own, so that nobody can take the key of a membership change. */
export function requireMuid(muid: string): void {
  if (muid.startsWith("@")) throw fail("ERR_BAD_REQUEST", undefined, { fields: { muid: "must not begin with @" } });
}

export function requireText(text: string): void {
  if (text.trim() === "") throw fail("ERR_EMPTY_MESSAGE_TEXT");
}

/** Client-given data, metadata included, is bounded as a whole (chat.md 11.3). UTF-16 units bound the bytes from below. */
export function requireDataSize(request: SendMessageRequest | EditMessageRequest): void {
  const body = request.body;
  const own = body?.$case === "text" ? body.value.text
    : body?.$case === "custom" ? body.value.customDataJson + body.value.conversationText : "";
  const units = own.length + request.metadataJson.length;
  if (units * 3 <= DATA_BYTES_MAX) return;
  if (Buffer.byteLength(own) + Buffer.byteLength(request.metadataJson) > DATA_BYTES_MAX) throw fail("ERR_INVALID_MESSAGE_DATA");
}

const EMPTY = Message.fromPartial({});

export interface MessageHead {
  readonly sender: Party;
  readonly receiverType: ReceiverType;
  readonly receiver: Party;
}

/** A message without placement. */
export function messageOfSend(request: SendMessageRequest, kind: Kind, head: MessageHead, resource: string): Message {
  return {
    ...EMPTY,
    muid: request.muid,
    sender: head.sender,
    receiverType: head.receiverType,
    receiverId: head.receiver.id,
    receiver: head.receiver,
    category: kind.category,
    type: kind.type,
    metadataJson: request.metadataJson,
    tags: request.tags,
    countable: kind.countable,
    resource,
    body: request.body,
  };
}

/** A platform-made message without placement: membership changes, edits, deletions. */
export function actionMessage(type: "groupMember" | "message", muid: string, head: MessageHead, body: Message["body"]): Message {
  return {
    ...EMPTY,
    muid,
    sender: head.sender,
    receiverType: head.receiverType,
    receiverId: head.receiver.id,
    receiver: head.receiver,
    category: Category.ACTION,
    type,
    body,
  };
}
