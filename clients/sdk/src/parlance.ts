import { conversationsApi } from "./api/conversations.js";
import { coreApi } from "./api/core.js";
import { groupsApi } from "./api/groups.js";
import { listenersApi } from "./api/listeners.js";
import { messagesApi } from "./api/messages.js";
import { usersApi } from "./api/users.js";
import * as constants from "./constants.js";
import { systemEnvironment, type Environment } from "./environment.js";
import { ParlanceException } from "./errors.js";
import { Group, GroupMember } from "./model/group.js";
import { Conversation } from "./model/conversation.js";
import { Action, CustomMessage, MediaMessage, TextMessage } from "./model/message.js";
import { TransientMessage, TypingIndicator } from "./model/signal.js";
import { User } from "./model/user.js";
import { requestBuilders } from "./requests/bound.js";
import { Root } from "./root.js";
import { AppSettingsBuilder } from "./settings.js";

const classes = {
  AppSettingsBuilder, ParlanceException, User, Group, GroupMember, TextMessage, CustomMessage, MediaMessage, Action,
  TypingIndicator, TransientMessage, Conversation,
};

/** A client of its own: several can live in one process, each with its own app, user and listeners. */
export function createParlance(environment: Partial<Environment> = {}) {
  const root = new Root({ ...systemEnvironment(), ...environment });
  return {
    ...coreApi(root), ...listenersApi(root), ...usersApi(root), ...groupsApi(root), ...messagesApi(root),
    ...conversationsApi(root), ...requestBuilders(root), ...classes, ...constants,
  };
}

export type ParlanceClient = ReturnType<typeof createParlance>;
