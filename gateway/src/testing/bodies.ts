import type { Event } from "@parlance/proto/event/v1/event";
import { Group } from "@parlance/proto/group/v1/group";
import { GroupActionKind, Message, Party, ReceiverType, type Row } from "@parlance/proto/messaging/v1/message";

type Body = NonNullable<Event["body"]>;

const party = (id: string) => Party.fromPartial({ id, name: id });

function row(message: Message, receiverType: ReceiverType): Row {
  return { seq: message.seq, conversationId: message.conversationId, receiverType, body: { $case: "message", value: message } };
}

/** A message row. */
export function messageRow(text: string, seq = 1): Body {
  const message = Message.fromPartial({
    id: 100 + seq, seq, conversationId: "c", sender: party("alice"), receiverType: ReceiverType.GROUP,
    body: { $case: "text", value: { text } },
  });
  return { $case: "row", value: row(message, ReceiverType.GROUP) };
}

/** A membership row about `uid`. */
export function memberRow(kind: GroupActionKind, uid: string, seq = 1): Body {
  const alone = kind === GroupActionKind.JOINED || kind === GroupActionKind.LEFT;
  const parties = alone ? { by: party(uid) } : { by: party("carol"), on: party(uid) };
  const message = Message.fromPartial({
    id: 100 + seq, seq, conversationId: "group_g1", receiverType: ReceiverType.GROUP,
    body: { $case: "groupAction", value: { kind, ...parties, oldScope: "", newScope: "", membersCount: 1 } },
  });
  return { $case: "memberRow", value: row(message, ReceiverType.GROUP) };
}

export function presence(uid: string, online: boolean): Body {
  return { $case: "presenceChanged", value: { user: party(uid), online, lastActiveAtMs: 0 } };
}

export function sessionEnded(uid: string, closeCode: number, tokenIds: string[] = []): Body {
  return { $case: "sessionEnded", value: { uid, tokenIds, closeCode } };
}

export function groupCreated(guid: string, uid: string): Body {
  return { $case: "groupCreated", value: { group: Group.fromPartial({ guid, owner: uid }), createdBy: party(uid) } };
}

export function groupDeleted(uid: string): Body {
  return { $case: "groupDeleted", value: { group: undefined, deletedBy: party(uid) } };
}

export function typing(uid: string, guid: string): Body {
  return {
    $case: "typing",
    value: { sender: party(uid), receiverType: ReceiverType.GROUP, receiverId: guid, ended: false, expired: false, metadataJson: "", parentMessageId: 0 },
  };
}
