import { directConversation, groupConversation, type Json } from "@parlance/platform/testing";

/** A conversation as a client addresses it. */
export interface Place {
  readonly type: "user" | "group";
  /** The other uid, or the guid. */
  readonly id: string;
}

export function toUser(id: string): Place {
  return { type: "user", id };
}

export function toGroup(id: string): Place {
  return { type: "group", id };
}

/** The address in requests. */
export function addressOf({ type, id }: Place): { readonly receiverType: string; readonly receiverId: string } {
  return { receiverType: receiverTypeOf(type), receiverId: id };
}

export function receiverTypeOf(type: Place["type"]): string {
  return type === "user" ? "RECEIVER_TYPE_USER" : "RECEIVER_TYPE_GROUP";
}

/** The name of the conversation in histories and dumps, the same for all who are in it. */
export function conversationName(app: string, viewer: string, { type, id }: Place): string {
  return type === "user" ? directConversation(app, viewer, id) : groupConversation(app, id);
}

/** The place of a row as one of its readers sees it; undefined for a row without content. */
export function placeOfMessage(viewer: string, message: Json | undefined): Place | undefined {
  if (message === undefined) return undefined;
  const receiver = String(message["receiverId"]);
  if (message["receiverType"] === "RECEIVER_TYPE_GROUP") return toGroup(receiver);
  const sender = String((message["sender"] as Json | undefined)?.["id"]);
  return toUser(sender === viewer ? receiver : sender);
}
