import type { AppState, ConnectionStatus, ReceiverTypeName, ScopeName } from "./constants.js";
import type { ParlanceException } from "./errors.js";
import type { Conversation, MessageReceipt } from "./model/conversation.js";
import type { Group } from "./model/group.js";
import type { Action, BaseMessage, CallMessage, CustomMessage, InteractiveMessage, MediaMessage, TextMessage } from "./model/message.js";
import type { TransientMessage, TypingIndicator } from "./model/signal.js";
import type { User } from "./model/user.js";

export type { AppState, ConnectionStatus };

export interface MessageListener {
  onTextMessageReceived?(message: TextMessage): void;
  onMediaMessageReceived?(message: MediaMessage): void;
  onCustomMessageReceived?(message: CustomMessage): void;
  onInteractiveMessageReceived?(message: InteractiveMessage): void;
  onCallMessageReceived?(message: CallMessage): void;
  onMessageEdited?(message: BaseMessage): void;
  onMessageDeleted?(message: BaseMessage): void;
  onMessagesDelivered?(receipt: MessageReceipt): void;
  onMessagesRead?(receipt: MessageReceipt): void;
  onMessagesDeliveredToAll?(receipt: MessageReceipt): void;
  onMessagesReadByAll?(receipt: MessageReceipt): void;
  onTypingStarted?(indicator: TypingIndicator): void;
  onTypingEnded?(indicator: TypingIndicator): void;
  onTransientMessageReceived?(message: TransientMessage): void;
}

export interface UserListener {
  onUserOnline?(user: User): void;
  onUserOffline?(user: User): void;
  onUserUpdated?(user: User): void;
}

export interface GroupListener {
  onGroupMemberJoined?(action: Action, joinedUser: User, group: Group): void;
  onGroupMemberLeft?(action: Action, leftUser: User, group: Group): void;
  /** Without an action on the other devices of the user who has created the group: a creation leaves none. */
  onMemberAddedToGroup?(action: Action | undefined, userAdded: User, addedBy: User, group: Group): void;
  onGroupMemberKicked?(action: Action, kickedUser: User, kickedBy: User, group: Group): void;
  onGroupMemberBanned?(action: Action, bannedUser: User, bannedBy: User, group: Group): void;
  onGroupMemberUnbanned?(action: Action, unbannedUser: User, unbannedBy: User, group: Group): void;
  onGroupMemberScopeChanged?(
    action: Action, changedUser: User, newScope: ScopeName, oldScope: ScopeName, group: Group, changedBy: User,
  ): void;
  onGroupUpdated?(group: Group, updatedBy: User): void;
  onGroupDeleted?(group: Group, deletedBy: User): void;
  onGroupOwnershipTransferred?(group: Group, oldOwner: User, newOwner: User): void;
}

export interface ConversationListener {
  /** `changed` names the fields. */
  onConversationUpdated?(conversation: Conversation, changed: readonly string[]): void;
}

/** Names a conversation. */
export interface ConversationAddress {
  readonly conversationWith: string;
  readonly conversationType: ReceiverTypeName;
}

/** What came of a reconnect (chat.md 14.2.4). */
export interface ResumeResult {
  /** Messages and changes that were missed and have been handed to listeners with `replayed: true`. */
  readonly recovered: number;
  /** Something the app holds is void and must be fetched again: `conversations`, or all when that is empty. */
  readonly truncated: boolean;
  readonly conversations: readonly ConversationAddress[];
  /** The user is no participant any more. */
  readonly gone: readonly ConversationAddress[];
}

export interface ConnectionListener {
  onConnecting?(): void;
  /** Alias of onConnecting. */
  inConnecting?(): void;
  onConnected?(): void;
  onResumed?(result: ResumeResult): void;
  onDisconnected?(): void;
  onFeatureThrottled?(): void;
  onConnectionError?(exception: ParlanceException): void;
}

export interface LoginListener {
  loginSuccess?(user: User): void;
  loginFailure?(exception: ParlanceException): void;
  logoutSuccess?(): void;
  logoutFailure?(exception: ParlanceException): void;
  sessionEnded?(exception: ParlanceException): void;
}

type Callbacks<L> = { [K in keyof L]-?: NonNullable<L[K]> extends (...args: infer A) => void ? A : never };

/** Listeners of one kind by id; a second one under the same id replaces the first. */
export class Listeners<L extends object> {
  readonly #byId = new Map<string, L>();

  add(id: string, listener: L): void {
    this.#byId.set(id, listener);
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }

  /** A listener that throws does not keep the others, nor the SDK, from going on; its error is reported like any uncaught one. */
  tell<K extends keyof L>(name: K, ...args: Callbacks<L>[K] extends readonly unknown[] ? Callbacks<L>[K] : never): void {
    // A copy: a listener may add and remove others.
    const listeners = Array.from(this.#byId.values());
    for (const listener of listeners) {
      const callback = listener[name] as ((...args: unknown[]) => void) | undefined;
      if (callback === undefined) continue;
      try {
        callback.apply(listener, args);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

/** All listeners of an instance; they stay when the user logs out. */
export interface AllListeners {
  readonly message: Listeners<MessageListener>;
  readonly user: Listeners<UserListener>;
  readonly group: Listeners<GroupListener>;
  readonly conversation: Listeners<ConversationListener>;
  readonly connection: Listeners<ConnectionListener>;
  readonly login: Listeners<LoginListener>;
}

export function createListeners(): AllListeners {
  return {
    message: new Listeners(), user: new Listeners(), group: new Listeners(), conversation: new Listeners(),
    connection: new Listeners(), login: new Listeners(),
  };
}
