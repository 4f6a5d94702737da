import { CallStatus, GroupActionKind, MessageActionKind, ReceiverType, type Message } from "@parlance/proto/messaging/v1/message";
import type { ScopeName } from "../constants.js";
import { partyToGroup } from "./group.js";
import {
  Action, CallMessage, CustomMessage, InteractiveMessage, MediaMessage, TextMessage, type BaseMessage, type GroupActionName,
} from "./message.js";
import { partyToUser } from "./user.js";
import { assign, categoryName, fromJsonText, number, receiverTypeName, seconds, text } from "./wire.js";

/** Undefined for kinds that have no callback of their own. */
export function groupActionName(kind: GroupActionKind): GroupActionName | undefined {
  switch (kind) {
    case GroupActionKind.JOINED: return "joined";
    case GroupActionKind.LEFT: return "left";
    case GroupActionKind.ADDED: return "added";
    case GroupActionKind.KICKED: return "kicked";
    case GroupActionKind.BANNED: return "banned";
    case GroupActionKind.UNBANNED: return "unbanned";
    case GroupActionKind.SCOPE_CHANGED: return "scopeChanged";
    case GroupActionKind.UNSPECIFIED: return undefined;
  }
}

/** The class that fits the category; content of a husk is absent. */
export function toMessage(wire: Message): BaseMessage {
  const message = make(wire);
  const receiver = wire.receiverType === ReceiverType.GROUP ? partyToGroup(wire.receiver) : partyToUser(wire.receiver);
  return assign<BaseMessage>(message, {
    id: wire.id, seq: number(wire.seq), changeSeq: number(wire.changeSeq), muid: text(wire.muid),
    conversationId: text(wire.conversationId), sender: partyToUser(wire.sender), receiver,
    sentAt: seconds(wire.sentAtMs), updatedAt: seconds(wire.updatedAtMs), editedAt: seconds(wire.editedAtMs),
    editedBy: text(wire.editedBy), deletedAt: seconds(wire.deletedAtMs), deletedBy: text(wire.deletedBy),
    deliveredAt: seconds(wire.deliveredAtMs), readAt: seconds(wire.readAtMs), parentMessageId: number(wire.parentMessageId),
    replyCount: number(wire.replyCount), quotedMessageId: number(wire.quotedMessageId),
    quotedMessage: wire.quotedMessage === undefined ? undefined : toMessage(wire.quotedMessage),
    metadata: fromJsonText(wire.metadataJson), tags: wire.tags.length === 0 ? undefined : wire.tags, countable: wire.countable,
    mentionedUsers: wire.mentionedUsers.length === 0 ? undefined : wire.mentionedUsers.map(partyToUser),
    hasMentionedMe: wire.hasMentionedMe || undefined, resource: text(wire.resource),
  });
}

function make(wire: Message): BaseMessage {
  const receiverType = receiverTypeName(wire.receiverType);
  const category = categoryName(wire.category);
  switch (category) {
    case "message": return wire.type === "text" ? textOf(wire) : mediaOf(wire);
    case "custom": return customOf(wire);
    case "interactive": {
      const data = wire.body?.$case === "interactive" ? fromJsonText(wire.body.value.interactiveDataJson) : undefined;
      return assign<InteractiveMessage>(new InteractiveMessage(wire.receiverId, receiverType, category, wire.type), { interactiveData: data });
    }
    case "action": return actionOf(wire);
    case "call": {
      const call = wire.body?.$case === "call" ? wire.body.value : undefined;
      return assign<CallMessage>(new CallMessage(wire.receiverId, receiverType, category, wire.type), {
        sessionId: call?.sessionId, status: call === undefined ? undefined : CallStatus[call.status].toLowerCase(),
      });
    }
  }
}

function textOf(wire: Message): TextMessage {
  const message = new TextMessage(wire.receiverId, "", receiverTypeName(wire.receiverType));
  message.text = wire.body?.$case === "text" ? wire.body.value.text : undefined;
  return message;
}

function mediaOf(wire: Message): MediaMessage {
  const message = new MediaMessage(wire.receiverId, receiverTypeName(wire.receiverType), "message", wire.type);
  if (wire.body?.$case !== "media") return message;
  const { attachments, caption } = wire.body.value;
  return assign<MediaMessage>(message, { attachments, caption: text(caption) });
}

function customOf(wire: Message): CustomMessage {
  const message = new CustomMessage(wire.receiverId, receiverTypeName(wire.receiverType), wire.type, {});
  message.customData = undefined;
  if (wire.body?.$case !== "custom") return message;
  const { customDataJson, subType, conversationText, updateConversation, sendNotification } = wire.body.value;
  return assign<CustomMessage>(message, {
    customData: fromJsonText(customDataJson), subType: text(subType), conversationText: text(conversationText),
    updateConversation, sendNotification,
  });
}

function actionOf(wire: Message): Action {
  const action = new Action(wire.receiverId, receiverTypeName(wire.receiverType), "action", wire.type);
  if (wire.body?.$case === "groupAction") {
    const { kind, by, on, oldScope, newScope, membersCount } = wire.body.value;
    return assign<Action>(action, {
      action: groupActionName(kind), actionBy: partyToUser(by), actionOn: partyToUser(on ?? by),
      actionFor: partyToGroup(wire.receiver, membersCount),
      oldScope: scopeOf(oldScope), newScope: scopeOf(newScope),
      message: sentence(by?.name ?? "", groupActionName(kind) ?? "", (on ?? by)?.name ?? ""),
    });
  }
  if (wire.body?.$case !== "messageAction") return action;
  const { kind, by, message } = wire.body.value;
  const verb = kind === MessageActionKind.DELETED ? "deleted" : "edited";
  return assign<Action>(action, {
    action: verb, actionBy: partyToUser(by), actionOn: message === undefined ? undefined : toMessage(message),
    message: sentence(by?.name ?? "", verb, "a message"),
  });
}

function sentence(by: string, verb: string, on: string): string {
  if (verb === "joined" || verb === "left") return `${by} ${verb}`;
  return verb === "scopeChanged" ? `${by} changed the scope of ${on}` : `${by} ${verb} ${on}`;
}

function scopeOf(name: string): ScopeName | undefined {
  return name === "admin" || name === "moderator" || name === "participant" ? name : undefined;
}
