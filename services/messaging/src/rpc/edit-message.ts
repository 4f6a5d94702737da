import { fail } from "@parlance/platform/errors";
import type { CallContext } from "@parlance/platform/rpc";
import { Message } from "@parlance/proto/messaging/v1/message";
import type { EditMessageRequest, EditMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import { messageOf, visibleMessage } from "../steps/access.js";
import type { MessagingContext } from "../context.js";
import { changesNothing, editOf } from "../domain/edit.js";
import { fingerprintText } from "../domain/fingerprint.js";
import { requireDataSize, requireText } from "../domain/message.js";
import { changeRefusal } from "../domain/rights.js";
import { changeDraft } from "../steps/change-draft.js";

type Deps = Pick<MessagingContext, "writer" | "history" | "members" | "directory">;

/** chat.md 18. */
export async function editMessage(deps: Deps, request: EditMessageRequest, context: CallContext): Promise<EditMessageResponse> {
  requireDataSize(request);
  if (request.body?.$case === "text") requireText(request.body.value.text);
  const { row, membership } = await visibleMessage(deps, request.messageId, context);
  const message = Message.decode(row.body);
  const refusal = changeRefusal(message, { uid: context.actor, isServer: context.isServer, scope: membership?.scope ?? 0 });
  if (refusal !== undefined) throw fail(refusal);
  if (message.deletedAtMs > 0) throw fail("ERR_MESSAGE_ACTION_NOT_ALLOWED");
  const edit = editOf(request, message);
  if (edit === undefined) throw fail("ERR_INVALID_MESSAGE_TYPE");
  if (changesNothing(edit, message)) return { message, action: undefined };
  const by = await deps.directory.user(context.actor, context);
  if (by === undefined) throw fail("ERR_UID_NOT_FOUND");
  const appended = await deps.writer.append(changeDraft({
    change: { messageId: request.messageId, kind: "edit", by: context.actor, edit },
    row, message, by, muid: request.muid,
    fingerprint: fingerprintText(`edit/${request.messageId}/${JSON.stringify(edit)}`),
  }, context));
  if (appended.kind === "refused") throw fail("ERR_MESSAGE_ACTION_NOT_ALLOWED");
  const { target } = appended.row;
  return { message: target === undefined ? message : Message.decode(target), action: messageOf(appended.row) };
}
