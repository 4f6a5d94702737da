// Drafts as the RPCs would make them, with the least that the log needs. The text stands in `resource` too, which no edit
// changes, so that a checker can tell what was sent.

import type { Uid } from "@parlance/platform/ids";
import { Category, Message, MessageActionKind } from "@parlance/proto/messaging/v1/message";
import type { ConversationId } from "../domain/conversation.js";
import type { MemberChange } from "../domain/member.js";
import type { Draft } from "../log/draft.js";

export interface TextOf {
  readonly sender: Uid;
  readonly muid?: string | undefined;
  readonly text?: string;
  readonly countable?: boolean;
  readonly deadlineAt?: number;
  readonly member?: MemberChange;
  readonly origin?: string;
}

export function textDraft(conversation: ConversationId, of: TextOf): Draft {
  const { sender, muid, text = "hello", countable = true, deadlineAt = Number.MAX_SAFE_INTEGER } = of;
  const content = Message.fromPartial({
    muid: muid ?? "", sender: { id: sender }, category: Category.MESSAGE, type: "text", countable, resource: text,
    body: { $case: "text", value: { text } },
  });
  return {
    conversation, sender, muid, countable, deadlineAt,
    kind: "message", fingerprint: text, category: Category.MESSAGE, type: "text",
    content: Message.encode(content).finish(), change: undefined, member: of.member, origin: of.origin,
  };
}

export interface ActionOf {
  readonly sender: Uid;
  readonly messageId: number;
  /** Undefined: a deletion. */
  readonly text: string | undefined;
  readonly deadlineAt?: number;
  readonly muid?: string;
}

export function actionDraftOf(conversation: ConversationId, of: ActionOf): Draft {
  const { sender, messageId, text, muid } = of;
  const kind = text === undefined ? MessageActionKind.DELETED : MessageActionKind.EDITED;
  const content = Message.fromPartial({
    sender: { id: sender }, category: Category.ACTION, type: "message", resource: text ?? "",
    body: { $case: "messageAction", value: { kind, messageId, message: undefined } },
  });
  const edit = text === undefined ? undefined
    : { body: { $case: "text" as const, value: { text } }, metadataJson: undefined, tags: undefined };
  return {
    ...textDraft(conversation, { sender, muid, text: text ?? "", countable: false, deadlineAt: of.deadlineAt ?? Number.MAX_SAFE_INTEGER }),
    category: Category.ACTION, type: "message", content: Message.encode(content).finish(),
    change: { messageId, kind: text === undefined ? "delete" : "edit", by: sender, edit },
  };
}
