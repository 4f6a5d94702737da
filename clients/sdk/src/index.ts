import { createParlance } from "./parlance.js";

/** The instance most apps use. */
export const Parlance = createParlance();

export const {
  UsersRequestBuilder, GroupsRequestBuilder, GroupMembersRequestBuilder, BannedGroupMembersRequestBuilder,
  BannedMembersRequestBuilder, MessagesRequestBuilder, ConversationsRequestBuilder,
} = Parlance;

export { createParlance, type ParlanceClient } from "./parlance.js";
export { AppSettingsBuilder, type AppSettings } from "./settings.js";
export { ParlanceException } from "./errors.js";
export { User } from "./model/user.js";
export { Group, GroupMember } from "./model/group.js";
export {
  Action, BaseMessage, CallMessage, CustomMessage, InteractiveMessage, MediaMessage, TextMessage, type Attachment,
} from "./model/message.js";
export { Conversation, type MessageReceipt } from "./model/conversation.js";
export { TransientMessage, TypingIndicator } from "./model/signal.js";
export * from "./constants.js";
export type {
  ConnectionListener, ConversationAddress, ConversationListener, GroupListener, LoginListener, MessageListener, ResumeResult, UserListener,
} from "./listeners.js";
export type { LogoutOptions } from "./api/core.js";
export type { ResultMap } from "./api/groups.js";
export type { MessagesRequest } from "./requests/messages.js";
export type { Environment, KeyValueStore } from "./environment.js";
