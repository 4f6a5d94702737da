import { SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import type { EditMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import type { Message } from "@parlance/proto/messaging/v1/message";
import { addressOfMessage } from "../engine/address.js";
import { rpcs } from "../engine/rpcs.js";
import type { Session } from "../engine/session.js";
import { failure } from "../errors.js";
import { CustomMessage, MediaMessage, TextMessage, type BaseMessage } from "../model/message.js";
import { toMessage } from "../model/to-message.js";
import { categoryToWire, receiverTypeToWire, toJsonText } from "../model/wire.js";
import type { Root } from "../root.js";
import { signalsApi } from "./signals.js";

const JSON_BYTES_MAX = 10_240;

function json(value: Readonly<Record<string, unknown>> | undefined, code: string): string {
  const text = toJsonText(value);
  if (new TextEncoder().encode(text).byteLength > JSON_BYTES_MAX) throw failure("ERR_INVALID_MESSAGE_DATA");
  if (value !== undefined && !text.startsWith("{")) throw failure(code);
  return text;
}

type Content = Extract<SendMessageRequest["body"], { $case: "text" | "custom" }>;

/** What travels of a text or custom message. */
function contentOf(message: TextMessage | CustomMessage): Content {
  if (message instanceof TextMessage) {
    if (message.text === undefined || message.text.trim() === "") throw failure("ERR_EMPTY_MESSAGE_TEXT");
    return { $case: "text", value: { text: message.text } };
  }
  const { customData, subType = "", conversationText = "", updateConversation, sendNotification } = message;
  if (customData === undefined) throw failure("ERR_EMPTY_CUSTOM_DATA");
  const customDataJson = json(customData, "ERR_INVALID_CUSTOM_DATA");
  return { $case: "custom", value: { customDataJson, subType, conversationText, updateConversation, sendNotification } };
}

async function send<T extends TextMessage | CustomMessage>(root: Root, message: T): Promise<T> {
  const session = root.session();
  if (!message.receiverId) throw failure("ERR_EMPTY_RECEIVER");
  const { muid = root.environment.random.id(), parentMessageId, quotedMessageId, metadata, tags } = message;
  message.setMuid(muid);
  const request = SendMessageRequest.fromPartial({
    receiverType: receiverTypeToWire(message.receiverType), receiverId: message.receiverId.toLowerCase(), muid,
    category: categoryToWire(message.category), type: message.type, body: contentOf(message),
    parentMessageId: parentMessageId ?? 0, quotedMessageId: quotedMessageId ?? 0,
    metadataJson: json(metadata, "ERR_INVALID_METADATA"), tags: [...(tags ?? [])],
  });
  session.logs.sending(muid);
  const { message: stored, duplicate } = await session.sends.send(request);
  const sent = known(stored);
  session.logs.own(addressOfMessage(sent, session.uid), sent.seq);
  const answer = toMessage(sent) as T;
  if (duplicate) answer.duplicate = true;
  return answer;
}

function editedBody(message: BaseMessage): EditMessageRequest["body"] {
  if (message instanceof TextMessage || message instanceof CustomMessage) return contentOf(message);
  if (message instanceof MediaMessage) return { $case: "caption", value: { caption: message.caption ?? "" } };
  throw failure("ERR_MESSAGE_ACTION_NOT_ALLOWED");
}

/** A change made here: its action row is an own one. */
function changed(session: Session, message: Message | undefined, action: Message | undefined): BaseMessage {
  if (action !== undefined) session.logs.own(addressOfMessage(action, session.uid), action.seq);
  return toMessage(known(message));
}

function known(message: Message | undefined): Message {
  if (message === undefined) throw failure("UNKNOWN_ERROR_OCCURRED");
  return message;
}

/** chat.md 12, 18, 20, 32 "Messages". */
export function messagesApi(root: Root) {
  return {
    ...signalsApi(root),
    /**
     * Resolves with the stored message once it is durable. What has no answer is repeated with the same muid for up to 60 s and
     * then rejected with a retryable error; sending the same object again later is safe.
     */
    sendMessage: (message: TextMessage): Promise<TextMessage> => send(root, message),
    sendCustomMessage: (message: CustomMessage): Promise<CustomMessage> => send(root, message),
    /** Text, caption or custom content, and metadata and tags if they are set. */
    editMessage: async (message: BaseMessage): Promise<BaseMessage> => {
      const session = root.session();
      const { id, metadata, tags } = message;
      if (id === undefined) throw failure("ERR_MESSAGE_ID_NOT_FOUND");
      const answer = await session.calls.invoke(rpcs.editMessage, {
        messageId: id, muid: root.environment.random.id(), body: editedBody(message),
        metadataJson: json(metadata, "ERR_INVALID_METADATA"), tags: [...(tags ?? [])], replaceTags: tags !== undefined,
      });
      return changed(session, answer.message, answer.action);
    },
    /** Resolves with the husk. */
    deleteMessage: async (messageId: number): Promise<BaseMessage> => {
      const session = root.session();
      const { message, action } = await session.calls.invoke(rpcs.deleteMessage, { messageId });
      return changed(session, message, action);
    },
    getMessageDetails: async (messageId: number): Promise<BaseMessage> =>
      toMessage(known((await root.session().calls.invoke(rpcs.getMessage, { messageId })).message)),
    /** Highest id this device received; 0 for none. */
    getLastDeliveredMessageId: (): number => root.session().lastMessageId,
  };
}
