import type {
  ConnectionListener, ConversationListener, GroupListener, LoginListener, MessageListener, UserListener,
} from "../listeners.js";
import type { Root } from "../root.js";

/** chat.md 30. A second listener under the same id replaces the first. */
export function listenersApi({ listeners }: Root) {
  return {
    addMessageListener: (id: string, listener: MessageListener): void => listeners.message.add(id, listener),
    removeMessageListener: (id: string): void => listeners.message.remove(id),
    addUserListener: (id: string, listener: UserListener): void => listeners.user.add(id, listener),
    removeUserListener: (id: string): void => listeners.user.remove(id),
    addGroupListener: (id: string, listener: GroupListener): void => listeners.group.add(id, listener),
    removeGroupListener: (id: string): void => listeners.group.remove(id),
    addConversationListener: (id: string, listener: ConversationListener): void => listeners.conversation.add(id, listener),
    removeConversationListener: (id: string): void => listeners.conversation.remove(id),
    addConnectionListener: (id: string, listener: ConnectionListener): void => listeners.connection.add(id, listener),
    removeConnectionListener: (id: string): void => listeners.connection.remove(id),
    addLoginListener: (id: string, listener: LoginListener): void => listeners.login.add(id, listener),
    removeLoginListener: (id: string): void => listeners.login.remove(id),
  };
}
