// Delivered and read marks: the view is raised, the authors concerned and the own other devices are told (chat.md 19).
import { fail } from "@parlance/platform/errors";
import type { LogRecord } from "@parlance/platform/eventlog";
import type { Uid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import { Event } from "@parlance/proto/event/v1/event";
import { ReceiptType, type Conversation } from "@parlance/proto/messaging/v1/conversation";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { readable, type Readable } from "./access.js";
import type { MessagingContext } from "../context.js";
import { conversationView } from "./conversation-view.js";
import { addressId } from "../domain/conversation.js";
import type { Mark, View } from "../store/ports.js";

export type MarkDeps = Pick<
  MessagingContext, "views" | "history" | "members" | "directory" | "eventLog" | "clock" | "config" | "log"
>;

export interface MarkRequest {
  readonly receiverType: ReceiverType;
  readonly receiverId: string;
  readonly messageId: number;
}

/** Raises a mark up to a message, or to the head. A lower mark succeeds without effect (chat.md 19.2). */
export async function mark(deps: MarkDeps, kind: Mark, request: MarkRequest, context: CallContext): Promise<Conversation> {
  const target = await readable(deps, request.receiverType, request.receiverId, context);
  if (target.membership === undefined) throw fail("ERR_CONVERSATION_NOT_ACCESSIBLE");
  const seq = request.messageId === 0 ? Number.MAX_SAFE_INTEGER : await seqOf(deps, request.messageId, target, context);
  const atMs = deps.clock.now();
  const raised = await deps.views.raise({ conversation: target.conversation, uid: context.actor, mark: kind, seq, atMs });
  const stored = await deps.views.findWithEnd(target.conversation, context.actor);
  if (raised === undefined || stored === undefined) throw fail("ERR_CONVERSATION_NOT_ACCESSIBLE");
  const conversation = await conversationView(deps, stored, context);
  await tell(deps, { kind, target, atMs, conversation, messageId: request.messageId, ...raised }, context);
  return conversation;
}

async function seqOf(deps: MarkDeps, messageId: number, target: Readable, context: CallContext): Promise<number> {
  const row = await deps.history.byId(context.app, messageId);
  if (row === undefined || row.conversation.ref !== target.conversation.ref) throw fail("ERR_MESSAGE_ID_NOT_FOUND");
  return row.seq;
}

interface Raised {
  readonly kind: Mark;
  readonly target: Readable;
  readonly atMs: number;
  readonly conversation: Conversation;
  /** The message marked; 0: the newest. */
  readonly messageId: number;
  readonly before: View;
  readonly after: View;
}

/**
 * The view is the truth and is durable; a resume tells of it in any case. So these events need no outbox: when the log
 * refuses them only the live signal is lost, and that is logged.
 */
async function tell(deps: MarkDeps, raised: Raised, context: CallContext): Promise<void> {
  const { before, after } = raised;
  if (before.deliveredSeq === after.deliveredSeq && before.readSeq === after.readSeq) return;
  const authors = await authorsOf(deps, raised, context);
  const messageId = authors.length === 0 ? 0 : await markedId(deps, raised);
  const records = [...authors.map((author) => receiptRecord(raised, { author, messageId }, context)), ownRecord(raised, context)];
  await deps.eventLog.append(records).catch((error: unknown) => deps.log.warn({ err: error }, "a receipt could not be published"));
}

async function authorsOf(deps: MarkDeps, raised: Raised, context: CallContext): Promise<readonly Uid[]> {
  const [from, to] = raised.kind === "read"
    ? [raised.before.readSeq, raised.after.readSeq] : [raised.before.deliveredSeq, raised.after.deliveredSeq];
  if (to <= from) return [];
  const max = deps.config.messagingReceiptsLiveMembersMax;
  return deps.history.authorsBetween(raised.target.conversation, from, to, context.actor, max);
}

/** The message the mark now stands at. */
async function markedId(deps: MarkDeps, { kind, target, after, messageId }: Raised): Promise<number> {
  if (messageId !== 0) return messageId;
  const seq = kind === "read" ? after.readSeq : after.deliveredSeq;
  const { rows } = await deps.history.rowsAfter(target.conversation, seq - 1, seq, 1);
  return rows[0]?.id ?? 0;
}

interface Covered {
  readonly author: Uid;
  readonly messageId: number;
}

function receiptRecord(raised: Raised, { author, messageId }: Covered, context: CallContext): LogRecord {
  const { target, conversation, after, atMs, kind } = raised;
  const group = target.address.type === ReceiverType.GROUP;
  const id = `c:${target.conversation.ref}:${context.actor}:${after.deliveredSeq}:${after.readSeq}`;
  return recordOf(context, `u:${author}`, id, "receipt", Event.fromPartial({
    id, channel: `u:${author}`, atMs, traceParent: context.sampledTrace,
    body: {
      $case: "receipt",
      value: {
        type: kind === "read" ? ReceiptType.READ : ReceiptType.DELIVERED,
        messageId,
        seq: kind === "read" ? after.readSeq : after.deliveredSeq,
        sender: { id: context.actor },
        receiverType: target.address.type,
        receiverId: group ? addressId(target.address) : author,
        conversationId: conversation.conversationId,
        atMs,
      },
    },
  }));
}

function ownRecord(raised: Raised, context: CallContext): LogRecord {
  const { conversation, after, atMs, target, kind } = raised;
  const channel = `u:${context.actor}`;
  const id = `v:${target.conversation.ref}:${context.actor}:${after.deliveredSeq}:${after.readSeq}`;
  const changed = kind === "read" ? ["deliveredSeq", "readSeq", "unreadMessageCount"] : ["deliveredSeq"];
  return recordOf(context, channel, id, "conversationUpdated", Event.fromPartial({
    id, channel, atMs, traceParent: context.sampledTrace, body: { $case: "conversationUpdated", value: { conversation, changed } },
  }));
}

function recordOf(context: CallContext, channel: string, id: string, kind: string, event: Event): LogRecord {
  const origin = context.sessionId === undefined ? {} : { origin: context.sessionId };
  return { topic: "events", key: `${context.app}/${channel}`, value: Event.encode(event).finish(), headers: { id, kind, ...origin } };
}
