import type { CallContext } from "@parlance/platform/rpc";
import { Category, Message, MessageActionKind, type Party } from "@parlance/proto/messaging/v1/message";
import type { Change } from "../domain/change.js";
import { actionMessage } from "../domain/message.js";
import type { StoredRow } from "../store/ports.js";
import type { Draft } from "../log/draft.js";

export interface ChangeOf {
  readonly change: Change;
  /** The message to change. */
  readonly row: StoredRow;
  readonly message: Message;
  readonly by: Party;
  readonly muid: string;
  readonly fingerprint: string;
}

/** The action message that tells of an edit or deletion, and carries it out (chat.md 18). */
export function changeDraft(of: ChangeOf, context: CallContext): Draft {
  const { change, message, by } = of;
  const receiver = message.receiver ?? { id: message.receiverId, name: "", avatar: "", role: "" };
  const kind = change.kind === "edit" ? MessageActionKind.EDITED : MessageActionKind.DELETED;
  const content = actionMessage("message", of.muid, { sender: by, receiver, receiverType: message.receiverType }, {
    $case: "messageAction",
    value: { kind, by, messageId: change.messageId, message: undefined },
  });
  return {
    conversation: of.row.conversation,
    kind: "message",
    sender: context.actor,
    muid: of.muid === "" ? undefined : of.muid,
    fingerprint: of.fingerprint,
    countable: false,
    category: Category.ACTION,
    type: "message",
    content: Message.encode(content).finish(),
    change,
    member: undefined,
    origin: context.sessionId,
    trace: context.sampledTrace,
    deadlineAt: context.deadlineAt,
  };
}
