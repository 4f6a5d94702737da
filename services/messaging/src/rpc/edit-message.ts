import { fail } from "@parlance/platform/errors";
import type { CallContext } from "@parlance/platform/rpc";
import { Message } from "@parlance/proto/messaging/v1/message";
import type { EditMessageRequest, EditMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import { messageOf, visibleMessage } from "../steps/access.js";
import type { MessagingContext } from "../context.js";
import { changesNothing, editOf } from "../domain/edit.js";
import { fingerprintOfEdit } from "../domain/fingerprint.js";
import { requireDataSize, requireMuid, requireText } from "../domain/message.js";
import { changeRefusal } from "../domain/rights.js";
import { changeDraft } from "../steps/change-draft.js";
import type { StoredRow } from "../store/ports.js";

type Deps = Pick<MessagingContext, "writer" | "logs" | "history" | "members" | "directory">;

/** chat.md 18. */
export async function editMessage(deps: Deps, request: EditMessageRequest, context: CallContext): Promise<EditMessageResponse> {
  requireDataSize(request);
  requireMuid(request.muid);
  if (request.body?.$case === "text") requireText(request.body.value.text);
  const { row, membership } = await visibleMessage(deps, request.messageId, context);
  const message = Message.decode(row.body);
  const refusal = changeRefusal(message, { uid: context.actor, isServer: context.isServer, scope: membership?.scope ?? 0 });
  if (refusal !== undefined) throw fail(refusal);
  if (message.deletedAtMs > 0) return orFirst(deps, request, row, context);
  const edit = editOf(request, message);
  if (edit === undefined) throw fail("ERR_INVALID_MESSAGE_TYPE");
  if (changesNothing(edit, message)) return (await firstAnswer(deps, request, row, context)) ?? { message, action: undefined };
  const by = await deps.directory.user(context.actor, context);
  if (by === undefined) throw fail("ERR_UID_NOT_FOUND");
  const change = { messageId: request.messageId, kind: "edit", by: context.actor, edit } as const;
  const fingerprint = fingerprintOfEdit(request);
  const appended = await deps.writer.append(changeDraft({ change, row, message, by, muid: request.muid, fingerprint }, context));
  if (appended.kind === "refused") return orFirst(deps, request, row, context);
  return answerOf(appended.row);
}

function answerOf(row: Pick<StoredRow, "body" | "target">): EditMessageResponse {
  return { message: row.target === undefined ? undefined : Message.decode(row.target), action: messageOf(row) };
}

/** A repeat is answered even when the message was deleted after the first attempt. */
async function orFirst(deps: Deps, request: EditMessageRequest, row: StoredRow, context: CallContext): Promise<EditMessageResponse> {
  const first = await firstAnswer(deps, request, row, context);
  if (first === undefined) throw fail("ERR_MESSAGE_ACTION_NOT_ALLOWED");
  return first;
}

async function firstAnswer(
  deps: Deps, request: EditMessageRequest, row: StoredRow, context: CallContext,
): Promise<EditMessageResponse | undefined> {
  if (request.muid === "") return undefined;
  const stored = await deps.logs.findByMuid(row.conversation, context.actor, request.muid);
  if (stored === undefined) return undefined;
  if (stored.fingerprint !== fingerprintOfEdit(request)) throw fail("ERR_MUID_CONFLICT");
  return answerOf(stored);
}
