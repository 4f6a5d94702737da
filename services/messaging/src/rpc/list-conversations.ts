import { cutPage, encodeToken, pageSizeOf, pageStart } from "@parlance/platform/paging";
import type { CallContext } from "@parlance/platform/rpc";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { ListConversationsRequest, ListConversationsResponse } from "@parlance/proto/messaging/v1/rpc";
import type { MessagingContext } from "../context.js";
import { conversationView } from "../steps/conversation-view.js";
import { syncToken } from "../steps/sync-token.js";

const PAGE = { default: 30, max: 1_000 };

type Deps = Pick<MessagingContext, "views" | "directory" | "epoch">;

/** chat.md 15.4, newest activity first. */
export async function listConversations(
  deps: Deps, request: ListConversationsRequest, context: CallContext,
): Promise<ListConversationsResponse> {
  const limit = pageSizeOf(request.pageSize, PAGE);
  const start = pageStart(request.pageToken, "number", "string");
  // The point is taken before the list: what happens in between is told again rather than missed.
  const nothing = { since: undefined, cursors: [], others: false, rowsMax: 0, conversationsMax: 0, bytesMax: 0 };
  const { point } = await deps.views.changesSince(context.app, context.actor, nothing);
  const stored = await deps.views.list(context.app, context.actor, {
    type: typeOf(request.conversationType),
    unreadOnly: request.unread,
    after: start === undefined ? undefined : { activityAtMs: start[0], ref: start[1] },
    limit: limit + 1,
  });
  const { page, more } = cutPage(stored, limit);
  const last = page.at(-1);
  return {
    conversations: await Promise.all(page.map((each) => conversationView(deps, each, context))),
    nextPageToken: more && last !== undefined ? encodeToken([last.activityAtMs, last.view.ref]) : "",
    syncToken: syncToken(deps.epoch, point),
    epoch: deps.epoch,
  };
}

function typeOf(type: ReceiverType): "user" | "group" | undefined {
  if (type === ReceiverType.USER) return "user";
  return type === ReceiverType.GROUP ? "group" : undefined;
}
