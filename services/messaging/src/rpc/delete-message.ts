import { fail } from "@parlance/platform/errors";
import type { CallContext } from "@parlance/platform/rpc";
import { Message } from "@parlance/proto/messaging/v1/message";
import type { DeleteMessageRequest, DeleteMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import { messageOf, visibleMessage } from "../steps/access.js";
import type { MessagingContext } from "../context.js";
import { changeRefusal } from "../domain/rights.js";
import { changeDraft } from "../steps/change-draft.js";

type Deps = Pick<MessagingContext, "writer" | "history" | "members" | "directory">;

/** chat.md 18. A second deletion answers the first one's action. */
export async function deleteMessage(deps: Deps, request: DeleteMessageRequest, context: CallContext): Promise<DeleteMessageResponse> {
  const { row, membership } = await visibleMessage(deps, request.messageId, context);
  const message = Message.decode(row.body);
  const refusal = changeRefusal(message, { uid: context.actor, isServer: context.isServer, scope: membership?.scope ?? 0 });
  if (refusal !== undefined) throw fail(refusal);
  if (message.deletedAtMs > 0) return firstDeletion(deps, message, context);
  const by = await deps.directory.user(context.actor, context);
  if (by === undefined) throw fail("ERR_UID_NOT_FOUND");
  const appended = await deps.writer.append(changeDraft({
    change: { messageId: request.messageId, kind: "delete", by: context.actor, edit: undefined },
    row, message, by, muid: "", fingerprint: "",
  }, context));
  if (appended.kind === "refused") return firstDeletion(deps, message, context);
  const { target } = appended.row;
  return { message: target === undefined ? message : Message.decode(target), action: messageOf(appended.row) };
}

async function firstDeletion(deps: Pick<Deps, "history">, husk: Message, context: CallContext): Promise<DeleteMessageResponse> {
  const first = await deps.history.changeOf(context.app, husk.id, "delete");
  if (first === undefined) throw fail("ERR_MESSAGE_ID_NOT_FOUND");
  const action = messageOf(first);
  return { message: action.body?.$case === "messageAction" ? action.body.value.message ?? husk : husk, action };
}
