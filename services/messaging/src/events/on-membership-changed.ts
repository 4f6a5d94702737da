import { guid as asGuid, uid as asUid, type AppId } from "@parlance/platform/ids";
import type { MembershipChanged } from "@parlance/proto/event/v1/event";
import { HistoryVisibility, MemberScope } from "@parlance/proto/group/v1/group";
import { Category, GroupActionKind, Message, ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { MessagingContext } from "../context.js";
import { groupRef, labelOf, type ConversationId } from "../domain/conversation.js";
import type { MemberChange } from "../domain/member.js";
import { actionMessage } from "../domain/message.js";
import type { Draft } from "../log/draft.js";

type Deps = Pick<MessagingContext, "writer" | "logs" | "views" | "members" | "clock">;

const DEADLINE_MS = 10_000;

const SCOPE_NAMES: Record<MemberScope, string> = {
  [MemberScope.UNSPECIFIED]: "",
  [MemberScope.PARTICIPANT]: "participant",
  [MemberScope.MODERATOR]: "moderator",
  [MemberScope.ADMIN]: "admin",
};

/**
 * Tells a membership change in the group's log and changes the member's view in the same write. Answers the encoded
 * action message; nothing for a silent change. Idempotent: the event's identity is the row's muid. It comes to every pod,
 * and through the event log again, so it is looked for before it is written; what was remembered of the member is
 * forgotten in any case.
 */
export async function onMembershipChanged(deps: Deps, app: AppId, event: MembershipChanged): Promise<Uint8Array> {
  const conversation: ConversationId = { app, ref: groupRef(asGuid(event.guid)) };
  const member = memberChange(event);
  if (event.silent) {
    await deps.views.applyMember(conversation, labelOf(conversation.ref), member);
    deps.members.forget(conversation, member.uid);
    return new Uint8Array();
  }
  try {
    return await told(deps, actionDraft(deps, conversation, event, member));
  } finally {
    deps.members.forget(conversation, member.uid);
  }
}

async function told(deps: Pick<Deps, "logs" | "writer">, draft: Draft): Promise<Uint8Array> {
  const before = await deps.logs.findByMuid(draft.conversation, draft.sender, draft.muid ?? "");
  if (before !== undefined) return before.body;
  const appended = await deps.writer.append(draft);
  // Refused: the group is gone meanwhile, and nothing is left to tell.
  return appended.kind === "refused" ? new Uint8Array() : appended.row.body;
}

function memberChange(event: MembershipChanged): MemberChange {
  return {
    uid: asUid(event.user?.id ?? ""),
    version: event.version,
    incarnation: event.incarnation,
    scope: scopeAfter(event),
    sinceJoin: event.historyVisibility === HistoryVisibility.SINCE_JOIN,
    atMs: event.atMs,
  };
}

function scopeAfter(event: MembershipChanged): number | undefined {
  switch (event.kind) {
    case GroupActionKind.JOINED:
    case GroupActionKind.ADDED:
    case GroupActionKind.SCOPE_CHANGED:
      return event.newScope;
    case GroupActionKind.LEFT:
    case GroupActionKind.KICKED:
    case GroupActionKind.BANNED:
      return 0;
    case GroupActionKind.UNBANNED:
      return undefined;
    case GroupActionKind.UNSPECIFIED:
      return event.silent ? event.newScope : undefined;
  }
}

function actionDraft(deps: Pick<Deps, "clock">, conversation: ConversationId, event: MembershipChanged, member: MemberChange): Draft {
  const muid = `@m:${event.incarnation}:${event.version}`;
  const group = event.group ?? { id: event.guid, name: "", avatar: "", role: "" };
  const by = event.by ?? { id: "", name: "", avatar: "", role: "" };
  const ownAct = event.kind === GroupActionKind.JOINED || event.kind === GroupActionKind.LEFT;
  const message = actionMessage("groupMember", muid, { sender: by, receiverType: ReceiverType.GROUP, receiver: group }, {
    $case: "groupAction",
    value: {
      kind: event.kind, by, on: ownAct ? undefined : event.user,
      oldScope: SCOPE_NAMES[event.oldScope], newScope: SCOPE_NAMES[event.newScope], membersCount: event.membersCount,
    },
  });
  return {
    conversation, muid, member,
    kind: "message",
    sender: asUid(by.id),
    fingerprint: muid,
    countable: false,
    category: Category.ACTION,
    type: "groupMember",
    content: Message.encode(message).finish(),
    change: undefined,
    origin: event.originSessionId === "" ? undefined : event.originSessionId,
    deadlineAt: deps.clock.now() + DEADLINE_MS,
  };
}
