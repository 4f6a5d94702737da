import type { CallContext } from "@parlance/platform/rpc";
import type { GetMessageRequest, GetMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import { messageOf, visibleMessage } from "../steps/access.js";
import type { MessagingContext } from "../context.js";

type Deps = Pick<MessagingContext, "history" | "members">;

/** chat.md 14.3.6. */
export async function getMessage(deps: Deps, request: GetMessageRequest, context: CallContext): Promise<GetMessageResponse> {
  const { row } = await visibleMessage(deps, request.messageId, context);
  return { message: messageOf(row) };
}
