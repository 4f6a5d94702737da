import { fail } from "@parlance/platform/errors";
import { SYSTEM_UID, type Uid } from "@parlance/platform/ids";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { Address } from "./channels.js";

/** A signal is a user's, for whom the gateway asks; nobody signals to itself. */
export function checkSignal(actor: Uid, { receiverType, receiverId }: Address): void {
  if (actor === SYSTEM_UID) throw fail("ERR_BAD_REQUEST", "A signal needs the user it comes from.");
  if (receiverType === ReceiverType.USER && receiverId === actor) throw fail("ERR_CANNOT_MESSAGE_SELF");
}
