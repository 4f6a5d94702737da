// A stored view as the API shows it.
import type { CallContext } from "@parlance/platform/rpc";
import type { Conversation } from "@parlance/proto/messaging/v1/conversation";
import { ReceiverType, type Party } from "@parlance/proto/messaging/v1/message";
import { messageOf } from "./access.js";
import type { MessagingContext } from "../context.js";
import { partsOf, peerOf } from "../domain/conversation.js";
import type { ViewWithEnd } from "../store/ports.js";

type Deps = Pick<MessagingContext, "directory">;

export async function conversationView(deps: Deps, stored: ViewWithEnd, context: CallContext): Promise<Conversation> {
  const { view } = stored;
  const parts = partsOf(view.ref);
  const id = parts.type === ReceiverType.GROUP ? parts.guid : peerOf(parts, view.uid);
  const known = parts.type === ReceiverType.GROUP
    ? await deps.directory.group(parts.guid, context)
    : await deps.directory.user(peerOf(parts, view.uid), context);
  const gone: Party = { id, name: "", avatar: "", role: "" };
  return {
    conversationId: view.label,
    conversationType: parts.type,
    conversationWith: known ?? gone,
    lastMessage: stored.last === undefined ? undefined : messageOf(stored.last),
    latestMessageId: stored.headId,
    lastReadMessageId: stored.lastReadId,
    lastSeq: stored.head,
    deliveredSeq: view.deliveredSeq,
    readSeq: view.readSeq,
    unreadAfterSeq: view.unreadAfterSeq,
    floorSeq: view.floorSeq,
    unreadMessageCount: stored.unread,
    unreadMentionsCount: 0,
    tags: [],
    pinnedAtMs: 0,
    pinnedBy: "",
    mutedUntilMs: 0,
    createdAtMs: view.createdAtMs,
    updatedAtMs: Math.max(stored.activityAtMs, view.updatedAtMs),
    peerDeliveredSeq: stored.peerDeliveredSeq,
    peerReadSeq: stored.peerReadSeq,
  };
}
