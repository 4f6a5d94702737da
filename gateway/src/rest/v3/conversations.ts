import { Conversation } from "@parlance/proto/messaging/v1/conversation";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import {
  GetConversationRequest, GetConversationResponse, ListConversationsRequest, ListConversationsResponse,
} from "@parlance/proto/messaging/v1/rpc";
import { MessagingServiceService as messaging } from "@parlance/proto/messaging/v1/messaging_service";
import { conversationEntity } from "../entities/conversation.js";
import { arrayOf, refTo } from "../entities/values.js";
import { CURSORED_META, CURSORED_PAGE, cursored, pageOf, paged, rowsThrough, sliced } from "../paging/page.js";
import { route } from "../routes/route.js";
import { bool } from "../schema/index.js";
import { RECEIVER_TYPES } from "./message-body.js";
import { exampleMessage } from "./messages.js";

const NO_CONVERSATION = Conversation.fromPartial({});

export const exampleConversation = Conversation.fromPartial({
  conversationId: "alice_user_bob", conversationType: ReceiverType.USER, conversationWith: { id: "bob", name: "Bob", role: "default" },
  lastMessage: exampleMessage, lastReadMessageId: exampleMessage.id, unreadMessageCount: 1,
  createdAtMs: 1_767_225_600_000, updatedAtMs: 1_767_225_600_123,
});

/** The RPC pages by token, so a page is cut from the rows up to its end. */
export const listConversations = route({
  number: "R-C-01", tier: 1, method: "GET", path: "/conversations", summary: "Lists the viewer's conversations, newest activity first.",
  callers: ["F", "U"], onBehalfOf: "optional", rpc: messaging.listConversations,
  query: { ...CURSORED_PAGE, conversationType: RECEIVER_TYPES, unread: bool(false), useCursoredIndex: bool(true), unique: bool(false) },
  later: [
    "updatedAt", "searchKey", "withTags", "tags", "withUserAndGroupTags", "userTags", "groupTags", "includeBlockedUsers", "withBlockedInfo",
    "hideAgentic", "onlyAgentic", "pinnedBy",
  ],
  toRequest: ({ query }) => ListConversationsRequest.fromPartial({
    conversationType: query.conversationType ?? ReceiverType.UNSPECIFIED, pageSize: rowsThrough(pageOf(query)),
    unread: query.unread ?? false,
  }),
  toSuccess: ({ conversations, nextPageToken }, { query }) => {
    const page = pageOf(query);
    const { rows, total } = sliced(conversations, page, nextPageToken === "");
    return cursored(paged(rows.map(conversationEntity), page, total), { beside: false });
  },
  success: { data: arrayOf(refTo("Conversation")), meta: CURSORED_META },
  example: { query: "perPage=20&unread=true", response: ListConversationsResponse.fromPartial({ conversations: [exampleConversation] }) },
});

export const getUserConversation = route({
  number: "R-C-04", tier: 1, method: "GET", path: "/users/{uid}/conversation", summary: "Answers the conversation with a user.",
  callers: ["F", "U"], onBehalfOf: "required", rpc: messaging.getConversation,
  toRequest: ({ params }) => GetConversationRequest.fromPartial({ conversationType: ReceiverType.USER, conversationWith: params.uid }),
  toSuccess: ({ conversation }) => ({ data: conversationEntity(conversation ?? NO_CONVERSATION) }),
  success: { data: refTo("Conversation") },
  errors: ["ERR_CONVERSATION_NOT_ACCESSIBLE"],
  example: { params: { uid: "bob" }, response: GetConversationResponse.fromPartial({ conversation: exampleConversation }) },
});

export const getGroupConversation = route({
  number: "R-C-12", tier: 1, method: "GET", path: "/groups/{guid}/conversation", summary: "Answers the conversation of a group.",
  callers: ["F", "U"], onBehalfOf: "required", rpc: messaging.getConversation,
  toRequest: ({ params }) => GetConversationRequest.fromPartial({ conversationType: ReceiverType.GROUP, conversationWith: params.guid }),
  toSuccess: ({ conversation }) => ({ data: conversationEntity(conversation ?? NO_CONVERSATION) }),
  success: { data: refTo("Conversation") },
  errors: ["ERR_CONVERSATION_NOT_ACCESSIBLE"],
  example: {
    params: { guid: "lobby" },
    response: GetConversationResponse.fromPartial({
      conversation: {
        ...exampleConversation, conversationId: "group_lobby", conversationType: ReceiverType.GROUP,
        conversationWith: { id: "lobby", name: "Lobby" },
        lastMessage: undefined,
      },
    }),
  },
});
