import { fail } from "@parlance/platform/errors";
import type { CallContext } from "@parlance/platform/rpc";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { GetUnreadCountsRequest, GetUnreadCountsResponse } from "@parlance/proto/messaging/v1/rpc";
import { readable } from "../steps/access.js";
import type { MessagingContext } from "../context.js";
import { partsOf, peerOf } from "../domain/conversation.js";

// A user is in at most 2,000 groups; one-to-one conversations beyond this are told by the list.
const CONVERSATIONS_MAX = 10_000;

type Deps = Pick<MessagingContext, "views" | "members" | "directory">;

/** chat.md 16. */
export async function getUnreadCounts(deps: Deps, request: GetUnreadCountsRequest, context: CallContext): Promise<GetUnreadCountsResponse> {
  const users: Record<string, number> = {};
  const groups: Record<string, number> = {};
  if (request.receiverId !== "") {
    if (request.receiverType === ReceiverType.UNSPECIFIED) throw fail("ERR_INVALID_RECEIVER_TYPE");
    const { conversation } = await readable(deps, request.receiverType, request.receiverId, context);
    const stored = await deps.views.findWithEnd(conversation, context.actor);
    (request.receiverType === ReceiverType.GROUP ? groups : users)[request.receiverId] = stored?.unread ?? 0;
    return { users, groups };
  }
  const type = request.receiverType === ReceiverType.UNSPECIFIED ? undefined
    : request.receiverType === ReceiverType.GROUP ? "group" : "user";
  const unread = await deps.views.list(context.app, context.actor, { type, unreadOnly: true, after: undefined, limit: CONVERSATIONS_MAX });
  for (const { view, unread: count } of unread) {
    const parts = partsOf(view.ref);
    if (parts.type === ReceiverType.GROUP) groups[parts.guid] = count;
    else users[peerOf(parts, view.uid)] = count;
  }
  return { users, groups };
}
