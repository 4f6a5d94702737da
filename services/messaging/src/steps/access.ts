// Reading rights shared by the RPCs that read one conversation.
import { fail } from "@parlance/platform/errors";
import type { CallContext } from "@parlance/platform/rpc";
import { Message, ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { MessagingContext } from "../context.js";
import { addressOf, conversationOf, type Address, type ConversationId } from "../domain/conversation.js";
import type { Membership } from "../members.js";
import type { StoredRow } from "../store/ports.js";
import { withTarget } from "../log/row-records.js";

type Deps = Pick<MessagingContext, "members" | "directory">;

export interface Readable {
  readonly address: Address;
  readonly conversation: ConversationId;
  /** Undefined for a one-to-one conversation that has no row yet. */
  readonly membership: Membership | undefined;
}

/** A conversation the actor may read. Throws ERR_GROUP_NOT_JOINED, ERR_GUID_NOT_FOUND, ERR_UID_NOT_FOUND. */
export async function readable(deps: Deps, type: ReceiverType, id: string, context: CallContext): Promise<Readable> {
  const address = addressOf(type, id);
  const conversation = conversationOf(context.app, context.actor, address);
  const membership = await deps.members.of(conversation, context.actor);
  if (membership === undefined && address.type === ReceiverType.GROUP) {
    const group = await deps.directory.group(address.guid, context);
    throw fail(group === undefined ? "ERR_GUID_NOT_FOUND" : "ERR_GROUP_NOT_JOINED");
  }
  if (membership === undefined && address.type === ReceiverType.USER && (await deps.directory.user(address.uid, context)) === undefined) {
    throw fail("ERR_UID_NOT_FOUND");
  }
  return { address, conversation, membership };
}

/** A stored message as a reader gets it: a change row carries the message it changed. */
export function messageOf(row: Pick<StoredRow, "body" | "target">): Message {
  return Message.decode(withTarget(row.body, row.target));
}

/** The row of a message the actor may see. Throws ERR_MESSAGE_ID_NOT_FOUND, ERR_MESSAGE_NO_ACCESS. */
export async function visibleMessage(
  deps: Pick<MessagingContext, "members" | "history">, id: number, context: CallContext,
): Promise<{ readonly row: StoredRow; readonly membership: Membership | undefined }> {
  const row = await deps.history.byId(context.app, id);
  if (row === undefined || row.kind !== "message") throw fail("ERR_MESSAGE_ID_NOT_FOUND");
  if (context.isServer) return { row, membership: undefined };
  const membership = await deps.members.of(row.conversation, context.actor);
  if (membership === undefined || row.seq <= membership.floorSeq) throw fail("ERR_MESSAGE_NO_ACCESS");
  return { row, membership };
}
