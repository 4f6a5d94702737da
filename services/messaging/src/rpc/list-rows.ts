import { pageSizeOf } from "@parlance/platform/paging";
import type { CallContext } from "@parlance/platform/rpc";
import type { ListRowsRequest, ListRowsResponse } from "@parlance/proto/messaging/v1/rpc";
import { readable } from "../steps/access.js";
import type { MessagingContext } from "../context.js";
import { requireKnownHead } from "../steps/head.js";
import { densePrefix, rowOf } from "../steps/rows.js";

const PAGE = { default: 100, max: 1_000 };

type Deps = Pick<MessagingContext, "writer" | "history" | "members" | "directory" | "epoch" | "clock">;

/** The rows after a seq, dense; how a client repairs a gap (chat.md 14.1.2). */
export async function listRows(deps: Deps, request: ListRowsRequest, context: CallContext): Promise<ListRowsResponse> {
  const { conversation, membership } = await readable(deps, request.receiverType, request.receiverId, context);
  const epoch = deps.epoch;
  // Numbers of another life of the store mean nothing here (W19).
  if (request.epoch !== "" && request.epoch !== epoch) return { rows: [], head: 0, completeThrough: 0, epoch, reset: true };
  if (membership === undefined) return { rows: [], head: 0, completeThrough: 0, epoch, reset: request.afterSeq > 0 };
  const limit = pageSizeOf(request.pageSize, PAGE);
  const through = request.throughSeq === 0 ? Number.MAX_SAFE_INTEGER : request.throughSeq;
  const page = await requireKnownHead(deps.clock, request.knownSeq, () =>
    deps.history.rowsAfter(conversation, request.afterSeq, through, limit));
  const dense = densePrefix(page.rows, request.afterSeq);
  const meant = page.cut ? request.afterSeq + page.rows.length : Math.min(through, page.head, request.afterSeq + limit);
  const reached = request.afterSeq + dense.length;
  // A hole is damage: nothing above it is promised, and the owner fills it (W23).
  if (reached < meant) await deps.writer.repair(conversation);
  return {
    rows: dense.map((row) => rowOf(row, membership.floorSeq)),
    head: page.head,
    completeThrough: reached < meant ? reached : page.head,
    epoch,
    reset: request.afterSeq > page.head,
  };
}
