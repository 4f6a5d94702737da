import { fail } from "@parlance/platform/errors";
import type { CallContext } from "@parlance/platform/rpc";
import type { GetConversationRequest, GetConversationResponse } from "@parlance/proto/messaging/v1/rpc";
import type { MessagingContext } from "../context.js";
import { conversationView } from "../steps/conversation-view.js";
import { addressOf, conversationOf } from "../domain/conversation.js";

type Deps = Pick<MessagingContext, "views" | "directory">;

/** chat.md 15. A conversation without rows does not exist yet. */
export async function getConversation(deps: Deps, request: GetConversationRequest, context: CallContext): Promise<GetConversationResponse> {
  const address = addressOf(request.conversationType, request.conversationWith);
  const stored = await deps.views.findWithEnd(conversationOf(context.app, context.actor, address), context.actor);
  if (stored === undefined || stored.head === 0) throw fail("ERR_CONVERSATION_NOT_ACCESSIBLE");
  return { conversation: await conversationView(deps, stored, context) };
}
