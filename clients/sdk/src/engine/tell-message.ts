// Which callback a row is (chat.md 30).

import { MessageActionKind, type Message } from "@parlance/proto/messaging/v1/message";
import type { AllListeners } from "../listeners.js";
import { Action, CallMessage, CustomMessage, InteractiveMessage, MediaMessage, TextMessage, type BaseMessage } from "../model/message.js";
import { toMessage } from "../model/to-message.js";
import { partyToGroup } from "../model/group.js";
import { partyToUser } from "../model/user.js";

type Told = Pick<AllListeners, "message" | "group">;

export function tellMessage({ message: listeners, group }: Told, wire: Message, replayed: boolean): void {
  if (wire.body?.$case === "messageAction") return tellChange(listeners, wire, replayed);
  const message = marked(toMessage(wire), replayed);
  if (message instanceof TextMessage) return listeners.tell("onTextMessageReceived", message);
  if (message instanceof MediaMessage) return listeners.tell("onMediaMessageReceived", message);
  if (message instanceof CustomMessage) return listeners.tell("onCustomMessageReceived", message);
  if (message instanceof InteractiveMessage) return listeners.tell("onInteractiveMessageReceived", message);
  if (message instanceof CallMessage) return listeners.tell("onCallMessageReceived", message);
  if (message instanceof Action) return tellMembership(group, message, wire);
  return undefined;
}

/** The app is told of the message that changed; the seq of the change is that of the action. */
function tellChange(listeners: Told["message"], wire: Message, replayed: boolean): void {
  if (wire.body?.$case !== "messageAction" || wire.body.value.message === undefined) return;
  const { kind, message } = wire.body.value;
  const changed = marked(toMessage({ ...message, changeSeq: wire.seq }), replayed);
  switch (kind) {
    case MessageActionKind.EDITED: return listeners.tell("onMessageEdited", changed);
    case MessageActionKind.DELETED: return listeners.tell("onMessageDeleted", changed);
    case MessageActionKind.UNSPECIFIED: return undefined;
  }
}

/** In group callbacks the action, then the affected user, then the acting user (chat.md 32). */
function tellMembership(listeners: Told["group"], action: Action, wire: Message): void {
  if (wire.body?.$case !== "groupAction") return undefined;
  const { by, on, membersCount } = wire.body.value;
  const user = partyToUser(on ?? by);
  const actor = partyToUser(by);
  const group = partyToGroup(wire.receiver, membersCount);
  switch (action.action) {
    case "joined": return listeners.tell("onGroupMemberJoined", action, user, group);
    case "left": return listeners.tell("onGroupMemberLeft", action, user, group);
    case "added": return listeners.tell("onMemberAddedToGroup", action, user, actor, group);
    case "kicked": return listeners.tell("onGroupMemberKicked", action, user, actor, group);
    case "banned": return listeners.tell("onGroupMemberBanned", action, user, actor, group);
    case "unbanned": return listeners.tell("onGroupMemberUnbanned", action, user, actor, group);
    case "scopeChanged": {
      const { newScope = "participant", oldScope = "participant" } = action;
      return listeners.tell("onGroupMemberScopeChanged", action, user, newScope, oldScope, group, actor);
    }
    case "edited":
    case "deleted": return undefined;
  }
}

function marked<T extends BaseMessage>(message: T, replayed: boolean): T {
  if (replayed) message.replayed = true;
  return message;
}

