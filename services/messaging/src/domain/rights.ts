import { Category, ReceiverType, type Message } from "@parlance/proto/messaging/v1/message";
import { isStaff } from "./member.js";

/** Why an actor may not change a message; undefined: it may (chat.md 18). */
export function changeRefusal(
  message: Message, actor: { readonly uid: string; readonly isServer: boolean; readonly scope: number },
): "ERR_MESSAGE_ACTION_NOT_ALLOWED" | "ERR_MESSAGE_NOT_A_SENDER" | undefined {
  if (message.category === Category.ACTION || message.category === Category.CALL) return "ERR_MESSAGE_ACTION_NOT_ALLOWED";
  if (actor.isServer || message.sender?.id === actor.uid) return undefined;
  const staff = message.receiverType === ReceiverType.GROUP && isStaff(actor.scope);
  return staff ? undefined : "ERR_MESSAGE_NOT_A_SENDER";
}
