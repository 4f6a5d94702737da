import type { Uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import { ReceiptType, type Receipt } from "@parlance/proto/messaging/v1/conversation";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { ConversationSync, SyncRequest, SyncResponse } from "@parlance/proto/messaging/v1/rpc";
import type { MessagingContext } from "../context.js";
import { conversationView } from "../steps/conversation-view.js";
import { addressOf, conversationOf, partsOf, peerOf } from "../domain/conversation.js";
import { rowOf } from "../steps/rows.js";
import { PAGE_BYTES_MAX } from "../domain/page.js";
import type { SyncEntry, ViewWithEnd } from "../store/ports.js";
import { readSyncToken, syncToken } from "../steps/sync-token.js";

// What one read should look at; the rest, and what the answer has no room for, comes back as `remaining`.
const CURSORS_A_CALL = 100;

type Deps = Pick<MessagingContext, "views" | "directory" | "epoch" | "config">;

/** chat.md 14.2: exact, or it says what is truncated. One read of the store. */
export async function sync(deps: Deps, request: SyncRequest, context: CallContext): Promise<SyncResponse> {
  const { epoch, config } = deps;
  const since = request.syncToken === "" ? undefined : readSyncToken(request.syncToken, epoch);
  const otherLife = (request.epoch !== "" && request.epoch !== epoch) || (request.syncToken !== "" && since === undefined);
  const now = otherLife ? [] : request.conversations.slice(0, CURSORS_A_CALL);
  const later = otherLife ? [] : request.conversations.slice(CURSORS_A_CALL);
  const answer = await deps.views.changesSince(context.app, context.actor, {
    since: otherLife ? undefined : since,
    // What the client has no cursor for is told once, with the last page of cursors.
    others: later.length === 0,
    cursors: now.map((cursor) => ({
      ref: conversationOf(context.app, context.actor, addressOf(cursor.receiverType, cursor.receiverId)).ref,
      seq: cursor.seq,
    })),
    rowsMax: config.messagingResumeRowsMax,
    conversationsMax: config.messagingResumeConversationsMax,
    bytesMax: PAGE_BYTES_MAX,
  });
  const noRoom = answer.rest.length === 0 ? [] : now.slice(-answer.rest.length);
  const remaining = [...noRoom, ...later];
  return {
    conversations: await Promise.all(answer.entries.map((entry) => entryOf(deps, entry, context))),
    remaining,
    // A page that left cursors over must not move the token: the next page asks from the same point.
    syncToken: remaining.length > 0 ? request.syncToken : syncToken(epoch, answer.point),
    fullSync: otherLife || answer.truncated,
    epoch,
  };
}

async function entryOf(deps: Deps, entry: SyncEntry, context: CallContext): Promise<ConversationSync> {
  const parts = partsOf(entry.ref);
  const head = entry.view?.head ?? 0;
  return {
    receiverType: parts.type,
    receiverId: parts.type === ReceiverType.GROUP ? parts.guid : peerOf(parts, context.actor),
    rows: entry.rows.map((row) => rowOf(row, entry.view?.view.floorSeq ?? 0)),
    head,
    truncated: entry.truncated,
    gone: entry.view === undefined,
    conversation: entry.view === undefined ? undefined : await conversationView(deps, entry.view, context),
    receipts: entry.view !== undefined && entry.peerMoved ? peerReceipts(entry.view, context.actor) : [],
  };
}

/** The other's present marks: what the receipts missed meanwhile amount to (chat.md 14.2.2). */
function peerReceipts(stored: ViewWithEnd, viewer: Uid): Receipt[] {
  const parts = partsOf(stored.view.ref);
  if (parts.type === ReceiverType.GROUP) return [];
  const common = {
    sender: { id: peerOf(parts, viewer), name: "", avatar: "", role: "" }, receiverType: ReceiverType.USER, receiverId: viewer,
    conversationId: stored.view.label, atMs: stored.peerMarkedAtMs,
  };
  const delivered = { ...common, type: ReceiptType.DELIVERED, messageId: stored.peerDeliveredId, seq: stored.peerDeliveredSeq };
  const read = { ...common, type: ReceiptType.READ, messageId: stored.peerReadId, seq: stored.peerReadSeq };
  return [delivered, read].filter(({ seq }) => seq > 0);
}
