import type { Transient, Typing } from "@parlance/proto/event/v1/event";
import type { ReceiverTypeName } from "../constants.js";
import { partyToUser, type User } from "./user.js";
import { assign, fromJsonText, number, receiverTypeName, type JsonObject } from "./wire.js";

/** Someone types (chat.md 20.1). */
export class TypingIndicator {
  sender?: User;
  metadata?: JsonObject;
  parentMessageId?: number;
  /** It ended because nothing was heard for 6 s. */
  expired?: boolean;

  constructor(
    readonly receiverId: string, readonly receiverType: ReceiverTypeName, metadata?: JsonObject, parentMessageId?: number,
  ) {
    assign<TypingIndicator>(this, { metadata, parentMessageId });
  }
}

/** A live-only payload (chat.md 20.5). */
export class TransientMessage {
  sender?: User;

  constructor(readonly receiverId: string, readonly receiverType: ReceiverTypeName, readonly data: JsonObject) {}
}

export function toTyping(wire: Typing): TypingIndicator {
  const indicator = new TypingIndicator(
    wire.receiverId, receiverTypeName(wire.receiverType), fromJsonText(wire.metadataJson), number(wire.parentMessageId),
  );
  return assign<TypingIndicator>(indicator, { sender: partyToUser(wire.sender), expired: wire.expired });
}

export function toTransient(wire: Transient): TransientMessage {
  const message = new TransientMessage(wire.receiverId, receiverTypeName(wire.receiverType), fromJsonText(wire.dataJson) ?? {});
  return assign<TransientMessage>(message, { sender: partyToUser(wire.sender) });
}
