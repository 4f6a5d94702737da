import { uid } from "@parlance/platform/ids";
import { fail } from "@parlance/platform/errors";
import { Category, ReceiverType } from "@parlance/proto/messaging/v1/message";
import { ListMessagesRequest, ListMessagesResponse } from "@parlance/proto/messaging/v1/rpc";
import { MessagingServiceService as messaging } from "@parlance/proto/messaging/v1/messaging_service";
import { messageEntity } from "../entities/message.js";
import { arrayOf, entity, oneOf, refTo } from "../entities/values.js";
import { HISTORY, HISTORY_META, HISTORY_META_FIELDS, historyMeta, limitOf, startOf } from "../paging/history.js";
import { PAGE, PAGINATION } from "../paging/page.js";
import { route } from "../routes/route.js";
import { bool, list, text, word, type Fields, type Values } from "../schema/index.js";
import { TAGS } from "./fields.js";
import { exampleMessage } from "./messages.js";

const CATEGORY = word({
  message: Category.MESSAGE, custom: Category.CUSTOM, interactive: Category.INTERACTIVE, action: Category.ACTION, call: Category.CALL,
});
const TYPE = text({ min: 1, max: 100 });
const TYPES_MAX = 25;

const FILTERS = {
  ...HISTORY,
  category: CATEGORY, categories: list(CATEGORY, { max: 5 }), type: TYPE, types: list(TYPE, { max: TYPES_MAX }),
  hideReplies: bool(false), hideDeleted: bool(false), unread: bool(false), withTags: bool(false), tags: TAGS,
} satisfies Fields;

const LATER = [
  "searchKey", "sentAt[]", "updatedAt", "editedAt", "fromTimestamp", "toTimestamp", "sender", "senders", "hasAttachments", "hasLinks",
  "hasMentions", "hasReactions", "attachmentTypes", "mentionedUids", "myMentionsOnly", "mentionsWithBlockedInfo", "mentionsWithTagInfo",
  "hideMessagesFromBlockedUsers", "hideQuotedMessages", "onlyDeleted", "undelivered", "count", "onlyPinned", "withThreadSubscribed",
];

function listRequest(query: Values<typeof FILTERS>, limit: number, receiverType: ReceiverType, receiverId: string): ListMessagesRequest {
  const categories = new Set([...(query.categories ?? []), ...(query.category === undefined ? [] : [query.category])]);
  const types = new Set([...(query.types ?? []), ...(query.type === undefined ? [] : [query.type])]);
  return ListMessagesRequest.fromPartial({
    receiverType, receiverId, ...startOf(query), pageSize: limit, categories: [...categories], types: [...types],
    hideReplies: query.hideReplies ?? false, hideDeletedMessages: query.hideDeleted ?? false, unread: query.unread ?? false,
    withTags: query.withTags ?? false, tags: [...(query.tags ?? [])],
  });
}

export const listGroupMessages = route({
  number: "R-M-07", tier: 1, method: "GET", path: "/groups/{guid}/messages", summary: "Lists messages of a group, oldest to newest.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: messaging.listMessages,
  query: FILTERS,
  later: LATER,
  toRequest: ({ params, query }) => listRequest(query, limitOf(query), ReceiverType.GROUP, params.guid),
  toSuccess: ({ messages }, { query }) => ({
    data: messages.map((message) => messageEntity(message, { tags: query.withTags ?? false })),
    meta: historyMeta(messages, limitOf(query), query.affix),
  }),
  success: { data: arrayOf(refTo("Message")), meta: HISTORY_META },
  errors: ["ERR_GUID_NOT_FOUND", "ERR_GROUP_NOT_JOINED"],
  example: {
    params: { guid: "lobby" }, query: "affix=prepend&limit=20",
    response: ListMessagesResponse.fromPartial({
      messages: [
        {
          ...exampleMessage, receiverType: ReceiverType.GROUP, receiverId: "lobby", receiver: { id: "lobby", name: "Lobby" },
          conversationId: "group_lobby",
        },
      ],
    }),
  },
});

const USER_FILTERS = { ...FILTERS, page: PAGE.page, perPage: PAGE.perPage } satisfies Fields;

/** `limit` wins over `perPage`. */
function sizeOf(query: Values<typeof USER_FILTERS>): number {
  return limitOf({ limit: query.limit ?? query.perPage });
}

export const listUserMessages = route({
  number: "R-M-06", tier: 1, method: "GET", path: "/users/{uid}/messages",
  summary: "Lists the conversation with a user; without viewer, or for oneself, all conversations of that user.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: messaging.listMessages,
  actsFor: ({ uid: named }) => named,
  query: USER_FILTERS,
  later: LATER,
  toRequest: ({ params, query, viewer }) => {
    if ((query.page ?? 1) > 1) throw fail("ERR_NOT_IMPLEMENTED", "Pages of messages are reached by cursor.");
    const isWithOther = viewer !== undefined && viewer !== uid(params.uid);
    return isWithOther
      ? listRequest(query, sizeOf(query), ReceiverType.USER, params.uid) : listRequest(query, sizeOf(query), ReceiverType.UNSPECIFIED, "");
  },
  toSuccess: ({ messages }, { query }) => {
    const limit = sizeOf(query);
    const last = (query.affix ?? "append") === "append" ? messages.at(-1) : messages[0];
    const cursor = last === undefined ? {} : { cursor: { id: last.id, affix: query.affix ?? "append" } };
    const pagination = { total: 0, count: messages.length, per_page: limit, current_page: 1, total_pages: 0 };
    return {
      data: messages.map((message) => messageEntity(message, { tags: query.withTags ?? false })),
      meta: { pagination, ...historyMeta(messages, limit, query.affix), ...cursor },
    };
  },
  success: {
    data: arrayOf(refTo("Message")),
    meta: entity({
      ...HISTORY_META_FIELDS, pagination: PAGINATION,
      cursor: entity({ id: { type: "integer" }, affix: oneOf("append", "prepend") }, ["id", "affix"]),
    }, ["pagination", "current"]),
  },
  errors: ["ERR_UID_NOT_FOUND"],
  example: { params: { uid: "bob" }, query: "limit=20", response: ListMessagesResponse.fromPartial({ messages: [exampleMessage] }) },
});
