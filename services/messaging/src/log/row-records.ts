// What the event log gets of a committed row: one record per channel of its audience (design.md 5).
import { GroupActionKind, Message, ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { AppId, Uid } from "@parlance/platform/ids";
import type { LogRecord } from "@parlance/platform/eventlog";
import type { ConversationId } from "../domain/conversation.js";
import { partsOf } from "../domain/conversation.js";
import { encodeFields } from "./wire.js";

/** A row with what its events need. */
export interface PublishableRow {
  readonly conversation: ConversationId;
  readonly label: string;
  readonly kind: "message" | "void";
  readonly seq: number;
  readonly sentAtMs: number;
  readonly body: Uint8Array;
  readonly target: Uint8Array | undefined;
  readonly memberUid: Uid | undefined;
  readonly origin: string | undefined;
  /** W3C traceparent of the call that made it, while it is known. */
  readonly trace?: string | undefined;
}

// Field numbers of Row and of Event.
const ROW = { seq: 1, conversationId: 2, receiverType: 3, message: 10, void: 11 } as const;
const EVENT = { id: 1, channel: 2, atMs: 3, traceParent: 6, row: 20, memberRow: 21 } as const;

/** The encoded Row. */
export function encodeRow(row: Omit<PublishableRow, "origin" | "sentAtMs">, hidden = false): Uint8Array {
  const type = partsOf(row.conversation.ref).type;
  const body = hidden || row.kind === "void"
    ? ([ROW.void, encodeFields([[1, hidden ? 1 : 0]])] as const)
    : ([ROW.message, withTarget(row.body, row.target)] as const);
  return encodeFields([[ROW.seq, row.seq], [ROW.conversationId, row.label], [ROW.receiverType, type], body]);
}

/** A change row carries the message it changed, in its present state. */
export function withTarget(body: Uint8Array, target: Uint8Array | undefined): Uint8Array {
  if (target === undefined) return body;
  const message = Message.decode(body);
  if (message.body?.$case !== "messageAction") return body;
  const action = { ...message.body.value, message: Message.decode(target) };
  return Message.encode({ ...message, body: { $case: "messageAction", value: action } }).finish();
}

export function recordsOf(row: PublishableRow): LogRecord[] {
  const encoded = encodeRow(row);
  const { app } = row.conversation;
  const parts = partsOf(row.conversation.ref);
  if (parts.type === ReceiverType.USER) {
    return [parts.low, parts.high].map((uid) => recordOn(app, `u:${uid}`, row, encoded, "row"));
  }
  const channel = `g:${parts.guid}`;
  if (row.memberUid === undefined) return [recordOn(app, channel, row, encoded, "row")];
  // The one concerned hears it on the own inbox: a new member is not on the group's channel yet, a former one no more.
  if (isUnban(row.body)) return [recordOn(app, channel, row, encoded, "memberRow")];
  return [
    recordOn(app, channel, row, encoded, "memberRow", row.memberUid),
    recordOn(app, `u:${row.memberUid}`, row, encoded, "memberRow"),
  ];
}

/** The unbanned is no member and hears nothing of it (chat.md 10.2). */
function isUnban(body: Uint8Array): boolean {
  const action = Message.decode(body).body;
  return action?.$case === "groupAction" && action.value.kind === GroupActionKind.UNBANNED;
}

function recordOn(
  app: AppId, channel: string, row: PublishableRow, encoded: Uint8Array, kind: "row" | "memberRow", except?: Uid,
): LogRecord {
  const id = `r:${row.conversation.ref}:${row.seq}`;
  const value = encodeFields([
    [EVENT.id, id], [EVENT.channel, channel], [EVENT.atMs, row.sentAtMs], [EVENT.traceParent, row.trace ?? ""], [EVENT[kind], encoded],
  ]);
  return {
    topic: "events",
    key: `${app}/${channel}`,
    value,
    headers: {
      id, kind,
      ...(row.origin === undefined ? {} : { origin: row.origin }),
      ...(except === undefined ? {} : { except }),
    },
  };
}
