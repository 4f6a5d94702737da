import { ReceiverType, type Message, type Row } from "@parlance/proto/messaging/v1/message";

/** A conversation as its user sees it: the other user, or the group. */
export interface Address {
  readonly receiverType: ReceiverType;
  /** The other uid, or the guid. */
  readonly receiverId: string;
}

export const keyOf = ({ receiverType, receiverId }: Address) =>
  `${receiverType === ReceiverType.GROUP ? "g" : "u"}:${receiverId}`;

/** Where a message belongs for the user `me`. */
export function addressOfMessage(message: Message, me: string): Address {
  const { receiverType, receiverId, sender } = message;
  const isMine = receiverType === ReceiverType.GROUP || sender?.id === me;
  return { receiverType, receiverId: isMine ? receiverId : sender?.id ?? receiverId };
}

/** Undefined for a row without content: its conversationId is a label and is never parsed. */
export function addressOfRow(row: Row, channel: string, me: string): Address | undefined {
  if (row.body?.$case === "message") return addressOfMessage(row.body.value, me);
  if (channel.startsWith("g:")) return { receiverType: ReceiverType.GROUP, receiverId: channel.slice("g:".length) };
  return undefined;
}
