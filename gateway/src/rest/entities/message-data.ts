// The `data` of a message (rest.md 3.5, 3.7–3.9), by its kind.

import {
  CallStatus, GroupActionKind, MessageActionKind, ModerationStatus, ReceiverType,
  type Attachment, type CallBody, type CustomBody, type GroupAction, type InteractiveBody, type MediaBody, type Message, type Party,
} from "@parlance/proto/messaging/v1/message";
import type { JsonObject } from "../input/json-body.js";
import { groupCopy } from "./group.js";
import { userCopy } from "./user.js";
import { objectOf, present, secondsOf, textOf, type Names } from "./values.js";

/** Shows a message inside another. */
export type Inner = (message: Message) => JsonObject;

const GROUP_ACTIONS: Names = {
  [GroupActionKind.JOINED]: "joined", [GroupActionKind.LEFT]: "left", [GroupActionKind.ADDED]: "added",
  [GroupActionKind.KICKED]: "kicked", [GroupActionKind.BANNED]: "banned", [GroupActionKind.UNBANNED]: "unbanned",
  [GroupActionKind.SCOPE_CHANGED]: "scopeChanged",
};
const MESSAGE_ACTIONS: Names = { [MessageActionKind.EDITED]: "edited", [MessageActionKind.DELETED]: "deleted" };
const CALL_STATUSES: Names = {
  [CallStatus.INITIATED]: "initiated", [CallStatus.ONGOING]: "ongoing", [CallStatus.REJECTED]: "rejected", [CallStatus.BUSY]: "busy",
  [CallStatus.CANCELLED]: "cancelled", [CallStatus.UNANSWERED]: "unanswered", [CallStatus.ENDED]: "ended",
};
const VERDICTS: Names = {
  [ModerationStatus.PENDING]: "pending", [ModerationStatus.APPROVED]: "approved", [ModerationStatus.DISAPPROVED]: "disapproved",
};

export function dataOf(message: Message, inner: Inner): JsonObject {
  if (message.deletedAtMs > 0) return {};
  const { entities, ...body } = bodyOf(message, inner);
  const verdict = VERDICTS[message.moderationStatus];
  return present({
    ...body,
    metadata: objectOf(message.metadataJson),
    resource: textOf(message.resource),
    entities: { ...partiesOf(message), ...entities as JsonObject | undefined },
    mentions: mentionsOf(message.mentionedUsers),
    reactions: message.reactions.length === 0 ? undefined : message.reactions.map(({ reaction, count, reactedByMe }) =>
      present({ reaction, count, reactedByMe: reactedByMe ? true : undefined })),
    moderation: verdict === undefined ? undefined : { status: verdict },
  });
}

function bodyOf(message: Message, inner: Inner): JsonObject {
  const { body } = message;
  switch (body?.$case) {
    case undefined: return {};
    case "text": return { text: body.value.text };
    case "media": return mediaOf(body.value);
    case "custom": return customOf(body.value);
    case "interactive": return interactiveOf(body.value);
    case "groupAction": return groupActionOf(message, body.value);
    case "messageAction": {
      const { kind, by, message: changed } = body.value;
      const on = changed === undefined ? {} : { on: { entityType: "message", entity: inner(changed) } };
      return { action: MESSAGE_ACTIONS[kind], entities: { ...doer(by), ...on, for: receiverOf(message) } };
    }
    case "call": return callOf(message, body.value);
  }
}

function mediaOf({ attachments, caption }: MediaBody): JsonObject {
  return { url: attachments[0]?.url, attachments: attachments.map(attachmentOf), text: textOf(caption) };
}

function attachmentOf({ url, name, extension, mimeType, size }: Attachment): JsonObject {
  return present({ url, name: textOf(name), extension: textOf(extension), mimeType: textOf(mimeType), size });
}

function customOf(custom: CustomBody): JsonObject {
  return {
    customData: objectOf(custom.customDataJson),
    subType: textOf(custom.subType),
    conversationText: textOf(custom.conversationText),
    updateConversation: custom.updateConversation,
    sendNotification: custom.sendNotification,
  };
}

function interactiveOf({ interactiveDataJson, interactionGoal, allowSenderInteraction }: InteractiveBody): JsonObject {
  return {
    interactiveData: objectOf(interactiveDataJson),
    interactionGoal: interactionGoal === undefined ? undefined : { type: interactionGoal.type, elementIds: interactionGoal.elementIds },
    allowSenderInteraction,
  };
}

function groupActionOf(message: Message, action: GroupAction): JsonObject {
  const { kind, by, on, oldScope, newScope, membersCount } = action;
  const group = message.receiver ?? { id: message.receiverId, name: "", avatar: "", role: "" };
  const target = on === undefined ? {} : { on: { entityType: "user", entity: userCopy(on) } };
  const scope = present({ new: textOf(newScope), old: textOf(oldScope) });
  return {
    action: GROUP_ACTIONS[kind],
    entities: { ...doer(by), ...target, for: { entityType: "group", entity: groupCopy(group, { membersCount }) } },
    extras: Object.keys(scope).length === 0 ? undefined : { scope },
  };
}

function callOf(message: Message, call: CallBody): JsonObject {
  const status = CALL_STATUSES[call.status];
  const entity = present({
    sessionid: call.sessionId, status, type: message.type, sender: call.initiatorUid, receiver: message.receiverId,
    receiverType: receiverTypeName(message.receiverType), conversationId: message.conversationId,
    initiatedAt: secondsOf(call.initiatedAtMs), joinedAt: secondsOf(call.joinedAtMs),
  });
  return { action: status, entities: { ...doer(call.by), on: { entityType: "call", entity }, for: receiverOf(message) } };
}

export function receiverTypeName(type: ReceiverType): string {
  return type === ReceiverType.GROUP ? "group" : "user";
}

function doer(by: Party | undefined): JsonObject {
  return by === undefined ? {} : { by: { entityType: "user", entity: userCopy(by) } };
}

function receiverOf(message: Message): JsonObject {
  const receiver = message.receiver ?? { id: message.receiverId, name: "", avatar: "", role: "" };
  return message.receiverType === ReceiverType.GROUP
    ? { entityType: "group", entity: groupCopy(receiver) }
    : { entityType: "user", entity: userCopy(receiver, message.conversationId) };
}

function partiesOf(message: Message): JsonObject {
  const sender = message.sender === undefined ? {} : { sender: { entityType: "user", entity: userCopy(message.sender) } };
  return { ...sender, receiver: receiverOf(message) };
}

function mentionsOf(users: readonly Party[]): JsonObject | undefined {
  return users.length === 0 ? undefined : Object.fromEntries(users.map((user) => [user.id, userCopy(user)]));
}
