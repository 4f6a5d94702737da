import { fail } from "@parlance/platform/errors";
import { pageSizeOf } from "@parlance/platform/paging";
import type { CallContext } from "@parlance/platform/rpc";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { Direction, type ListMessagesRequest, type ListMessagesResponse } from "@parlance/proto/messaging/v1/rpc";
import { messageOf, readable } from "../steps/access.js";
import type { MessagingContext } from "../context.js";
import { requireKnownHead } from "../steps/head.js";
import type { HistoryQuery, StoredRow } from "../store/ports.js";

const PAGE = { default: 30, max: 1_000 };

type Deps = Pick<MessagingContext, "history" | "views" | "members" | "directory" | "epoch" | "clock">;

/** chat.md 14.3. */
export async function listMessages(deps: Deps, request: ListMessagesRequest, context: CallContext): Promise<ListMessagesResponse> {
  if (request.parentMessageId !== 0 || request.tags.length > 0) throw fail("ERR_NOT_IMPLEMENTED", "threads and tags cannot be filtered by yet");
  const query = queryOf(request, context);
  if (request.receiverType === ReceiverType.UNSPECIFIED) {
    if (request.receiverId !== "") throw fail("ERR_INVALID_RECEIVER_TYPE");
    const rows = await deps.history.pageOfUser(context.app, context.actor, query);
    return { messages: messagesOf(rows, request), head: 0, completeThrough: 0, epoch: deps.epoch };
  }
  if (request.receiverId === "") throw fail("ERR_EMPTY_RECEIVER");
  const { conversation, membership } = await readable(deps, request.receiverType, request.receiverId, context);
  if (membership === undefined) return { messages: [], head: 0, completeThrough: 0, epoch: deps.epoch };
  const aboveSeq = request.unread ? (await deps.views.find(conversation, context.actor))?.unreadAfterSeq ?? 0 : 0;
  const page = await requireKnownHead(deps.clock, request.knownSeq, () =>
    deps.history.page(conversation, { ...query, floorSeq: membership.floorSeq, aboveSeq }));
  return { messages: messagesOf(page.rows, request), head: page.head, completeThrough: page.head, epoch: deps.epoch };
}

function queryOf(request: ListMessagesRequest, context: CallContext): HistoryQuery {
  const next = request.direction === Direction.NEXT;
  if (next && request.messageId === 0 && request.atMs === 0 && !request.fromStart) throw fail("NOT_ENOUGH_PARAMETERS");
  return {
    direction: next ? "next" : "previous",
    messageId: request.messageId === 0 ? undefined : request.messageId,
    atMs: request.atMs === 0 ? undefined : request.atMs,
    limit: pageSizeOf(request.pageSize, PAGE),
    floorSeq: 0,
    aboveSeq: 0,
    hideDeleted: request.hideDeletedMessages,
    categories: request.categories,
    types: request.types,
    countableOnly: request.unread,
    notBy: request.unread ? context.actor : undefined,
  };
}

function messagesOf(rows: readonly StoredRow[], request: ListMessagesRequest) {
  return rows.map(messageOf).map((message) => (request.withTags ? message : { ...message, tags: [] }));
}
