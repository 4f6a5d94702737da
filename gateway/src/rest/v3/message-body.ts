// The body of a send and of an edit (rest.md 4.9), and the requests they make.

import { fail } from "@parlance/platform/errors";
import { Category, CustomBody, type MediaBody, ReceiverType } from "@parlance/proto/messaging/v1/message";
import { EditMessageRequest, SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import { present } from "../entities/values.js";
import {
  bool, id, integer, json, list, messageId, needed, shape, text, url, withCode, word, type Type, type Values,
} from "../schema/index.js";

const DATA_BYTES_MAX = 10_240;
const ATTACHMENTS_MAX = 10;
const TAGS_MAX = 25;
const SAFE_MAX = Number.MAX_SAFE_INTEGER;

/** A text that has one code when it is empty and another when it is wrong. */
function coded<T>(type: Type<T>, empty: "ERR_EMPTY_RECEIVER" | "ERR_EMPTY_MESSAGE_CATEGORY" | "ERR_EMPTY_MESSAGE_TYPE"): Type<T> {
  return {
    ...type,
    read: (value, at) => (value === "" ? at.problems.add(at.path, "is empty", empty) : type.read(value, at)),
  };
}

export const RECEIVER_TYPES = word({ user: ReceiverType.USER, group: ReceiverType.GROUP });

const CATEGORIES = word({ message: Category.MESSAGE, custom: Category.CUSTOM, interactive: Category.INTERACTIVE }, "message");

const CUSTOM_FIELDS = {
  subType: text({ max: 100 }), conversationText: text({ max: 255 }), updateConversation: bool(true), sendNotification: bool(true),
};

const ATTACHMENT = shape({
  url: needed(url()), name: text({ max: 255 }), extension: text({ max: 32 }), mimeType: text({ max: 255 }),
  size: integer({ min: 0, max: SAFE_MAX }),
});

const DATA = withCode(shape({
  text: withCode(text({ max: DATA_BYTES_MAX }), "ERR_INVALID_MESSAGE_TEXT"),
  attachments: withCode(list(ATTACHMENT, { min: 1, max: ATTACHMENTS_MAX }), "ERR_INVALID_MEDIA_MESSAGE"),
  customData: withCode(json(DATA_BYTES_MAX), "ERR_INVALID_CUSTOM_DATA"),
  metadata: withCode(json(DATA_BYTES_MAX), "ERR_INVALID_METADATA"),
  ...CUSTOM_FIELDS,
}), "ERR_INVALID_MESSAGE_DATA");

const TAGS = withCode(list(text({ min: 1, max: 100 }), { max: TAGS_MAX }), "ERR_INVALID_MESSAGE_DATA");

export const SEND_BODY = {
  receiver: needed(coded(id(), "ERR_EMPTY_RECEIVER"), "ERR_EMPTY_RECEIVER"),
  receiverType: needed(withCode(RECEIVER_TYPES, "ERR_INVALID_RECEIVER_TYPE"), "ERR_INVALID_RECEIVER_TYPE"),
  category: coded(withCode(CATEGORIES, "ERR_INVALID_MESSAGE_CATEGORY"), "ERR_EMPTY_MESSAGE_CATEGORY"),
  type: coded(withCode(text({ max: 100 }), "ERR_INVALID_MESSAGE_TYPE"), "ERR_EMPTY_MESSAGE_TYPE"),
  muid: text({ max: 100 }),
  quotedMessageId: messageId(),
  parentId: messageId(),
  data: DATA,
  tags: TAGS,
  ...CUSTOM_FIELDS,
};

export const EDIT_BODY = { data: DATA, tags: TAGS };

type SendBody = Values<typeof SEND_BODY>;
type Data = NonNullable<SendBody["data"]>;

const MEDIA_TYPES: ReadonlySet<string> = new Set(["image", "audio", "video", "file"]);

export function sendRequest(body: SendBody): SendMessageRequest {
  const category = body.category ?? Category.MESSAGE;
  return SendMessageRequest.fromPartial({
    receiverType: body.receiverType, receiverId: body.receiver, muid: body.muid ?? "", category,
    type: body.type ?? (category === Category.MESSAGE ? "text" : ""),
    parentMessageId: body.parentId ?? 0, quotedMessageId: body.quotedMessageId ?? 0,
    metadataJson: body.data?.metadata ?? "", tags: [...(body.tags ?? [])],
    body: contentOf(body, category),
  });
}

function contentOf(body: SendBody, category: Category): NonNullable<SendMessageRequest["body"]> {
  const { data } = body;
  if (category === Category.CUSTOM) return { $case: "custom", value: customOf(data, body) };
  if (category === Category.INTERACTIVE) throw fail("ERR_NOT_IMPLEMENTED", "Interactive messages cannot be sent yet.");
  const type = body.type ?? "text";
  if (type === "text") return { $case: "text", value: { text: data?.text ?? "" } };
  if (!MEDIA_TYPES.has(type)) throw fail("ERR_INVALID_MESSAGE_TYPE", undefined, { fields: { type: "is no type of this category" } });
  return { $case: "media", value: mediaOf(data) };
}

/** Fields of custom messages are read in `data` and, for older clients, at the top of the body. */
function customOf(data: Partial<Data> | undefined, top: Partial<Values<typeof CUSTOM_FIELDS>>): CustomBody {
  return CustomBody.fromPartial({
    customDataJson: data?.customData ?? "",
    subType: data?.subType ?? top.subType ?? "",
    conversationText: data?.conversationText ?? top.conversationText ?? "",
    ...present({
      updateConversation: data?.updateConversation ?? top.updateConversation,
      sendNotification: data?.sendNotification ?? top.sendNotification,
    }),
  });
}

function mediaOf(data: Data | undefined): MediaBody {
  const attachments = (data?.attachments ?? []).map(({ url: address, name = "", extension = "", mimeType = "", size = 0 }) =>
    ({ url: address, name, extension, mimeType, size }));
  return { attachments, caption: data?.text ?? "" };
}

export function editRequest(messageIdOf: number, { data, tags }: Values<typeof EDIT_BODY>): EditMessageRequest {
  const content = data?.customData !== undefined
    ? { $case: "custom" as const, value: customOf(data, {}) }
    : data?.text !== undefined ? { $case: "text" as const, value: { text: data.text } } : undefined;
  return EditMessageRequest.fromPartial({
    messageId: messageIdOf, metadataJson: data?.metadata ?? "", tags: [...(tags ?? [])], replaceTags: tags !== undefined,
    ...present({ body: content }),
  });
}
