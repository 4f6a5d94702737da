import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { AppId, Guid, Uid } from "@parlance/platform/ids";
import { guid as asGuid, uid as asUid } from "@parlance/platform/ids";

declare const ref: unique symbol;

/**
 * Identity of a conversation within its app: `u/<lower uid>/<higher uid>` or `g/<guid>`. Ids contain no slash, so the
 * text is unambiguous, unlike the label clients see (chat.md 11.2, conversationId).
 */
export type ConversationRef = string & { readonly [ref]: true };

/** A conversation of an app. */
export interface ConversationId {
  readonly app: AppId;
  readonly ref: ConversationRef;
}

export type Address =
  | { readonly type: ReceiverType.USER; readonly uid: Uid }
  | { readonly type: ReceiverType.GROUP; readonly guid: Guid };

/** Reads a request's address; the contract has checked both fields. */
export function addressOf(type: ReceiverType, id: string): Address {
  return type === ReceiverType.GROUP ? { type, guid: asGuid(id) } : { type: ReceiverType.USER, uid: asUid(id) };
}

export function addressId(address: Address): string {
  return address.type === ReceiverType.GROUP ? address.guid : address.uid;
}

export function directRef(one: Uid, other: Uid): ConversationRef {
  return (one < other ? `u/${one}/${other}` : `u/${other}/${one}`) as ConversationRef;
}

export function groupRef(guid: Guid): ConversationRef {
  return `g/${guid}` as ConversationRef;
}

/** The conversation an actor means by an address. */
export function conversationOf(app: AppId, actor: Uid, address: Address): ConversationId {
  const it = address.type === ReceiverType.GROUP ? groupRef(address.guid) : directRef(actor, address.uid);
  return { app, ref: it };
}

/** One text for maps over all apps. */
export function conversationKey(conversation: ConversationId): string {
  return `${conversation.app}/${conversation.ref}`;
}

export type Parts =
  | { readonly type: ReceiverType.USER; readonly low: Uid; readonly high: Uid }
  | { readonly type: ReceiverType.GROUP; readonly guid: Guid };

export function partsOf(conversation: ConversationRef): Parts {
  if (conversation.startsWith("g/")) return { type: ReceiverType.GROUP, guid: asGuid(conversation.slice(2)) };
  const [, low, high] = conversation.split("/");
  return { type: ReceiverType.USER, low: asUid(low ?? ""), high: asUid(high ?? "") };
}

/** The other participant of a one-to-one conversation. */
export function peerOf(parts: Extract<Parts, { type: ReceiverType.USER }>, viewer: Uid): Uid {
  return parts.low === viewer ? parts.high : parts.low;
}

/** The label clients see; a store appends a part of a hash when another conversation has it (chat.md 11.2). */
export function labelOf(conversation: ConversationRef): string {
  const parts = partsOf(conversation);
  return parts.type === ReceiverType.GROUP ? `group_${parts.guid}` : `${parts.low}_user_${parts.high}`;
}
