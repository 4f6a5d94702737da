import type { Handlers } from "@parlance/platform/rpc";
import type { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import type { MessagingContext } from "../context.js";
import { deleteMessage } from "./delete-message.js";
import { editMessage } from "./edit-message.js";
import { getConversation } from "./get-conversation.js";
import { getMessage } from "./get-message.js";
import { getUnreadCounts } from "./get-unread-counts.js";
import { listConversations } from "./list-conversations.js";
import { listMessages } from "./list-messages.js";
import { listRows } from "./list-rows.js";
import { markDelivered } from "./mark-delivered.js";
import { markRead } from "./mark-read.js";
import { sendMessage } from "./send-message.js";
import { sync } from "./sync.js";

/** One line per RPC. */
export function messagingHandlers(context: MessagingContext): Handlers<typeof MessagingServiceService> {
  return {
    sendMessage: (request, call) => sendMessage(context, request, call),
    editMessage: (request, call) => editMessage(context, request, call),
    deleteMessage: (request, call) => deleteMessage(context, request, call),
    getMessage: (request, call) => getMessage(context, request, call),
    listMessages: (request, call) => listMessages(context, request, call),
    listRows: (request, call) => listRows(context, request, call),
    sync: (request, call) => sync(context, request, call),
    getConversation: (request, call) => getConversation(context, request, call),
    listConversations: (request, call) => listConversations(context, request, call),
    markDelivered: (request, call) => markDelivered(context, request, call),
    markRead: (request, call) => markRead(context, request, call),
    getUnreadCounts: (request, call) => getUnreadCounts(context, request, call),
  };
}
