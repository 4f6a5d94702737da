import { Group, GroupType, MemberScope } from "@parlance/proto/group/v1/group";
import { User, UserStatus } from "@parlance/proto/identity/v1/identity";
import { Conversation } from "@parlance/proto/messaging/v1/conversation";
import {
  CallStatus, Category, GroupActionKind, Message, MessageActionKind, ModerationStatus, ReceiverType,
} from "@parlance/proto/messaging/v1/message";
import { describe, expect, it } from "vitest";
import { schemaProblem } from "../testing/schema-problems.js";
import { components } from "./components.js";
import { conversationEntity } from "./conversation.js";
import { groupEntity } from "./group.js";
import { messageEntity } from "./message.js";
import { userEntity } from "./user.js";

const fits = (value: unknown, name: string) => expect(schemaProblem(value, components[name] ?? {}, components)).toBeUndefined();
const alice = { id: "alice", name: "Alice", role: "default", avatar: "https://x.example/a.png" };
const lobby = { id: "lobby", name: "Lobby" };

function message(more: Parameters<typeof Message.fromPartial>[0]): Message {
  return Message.fromPartial({
    id: 9_007_199_254_740_991, seq: 4, changeSeq: 5, countableNo: 3, conversationId: "group_lobby", sender: alice,
    receiverType: ReceiverType.GROUP,
    receiverId: "lobby", receiver: lobby, category: Category.MESSAGE, type: "text", sentAtMs: 1_999, ...more,
  });
}

describe("a user", () => {
  it("is available or offline, has whole seconds and leaves out what is unset", () => {
    const user = User.fromPartial({
      uid: "bob", name: "Bob", role: "default", status: UserStatus.ONLINE, createdAtMs: 1_999, metadataJson: '{"a":1}',
    });
    expect(userEntity(user)).toEqual({ uid: "bob", name: "Bob", role: "default", status: "available", createdAt: 1, metadata: { a: 1 } });
    expect(userEntity(user, { tags: true, authToken: "t" })).toMatchObject({ tags: [], authToken: "t" });
    fits(userEntity(user), "User");
  });
});

describe("a group", () => {
  const group = Group.fromPartial({
    guid: "lobby", name: "Lobby", type: GroupType.PASSWORD, owner: "alice", hasJoined: true, scope: MemberScope.ADMIN, joinedAtMs: 5_000,
  });

  it("shows the viewer's fields to a viewer only", () => {
    expect(
      groupEntity(group, { viewer: false }),
    ).toEqual({ guid: "lobby", name: "Lobby", type: "password", owner: "alice", membersCount: 0 });
    expect(groupEntity(group, { viewer: true })).toMatchObject({ hasJoined: true, isBanned: false, scope: "admin", joinedAt: 5 });
    expect(groupEntity({ ...group, hasJoined: false }, { viewer: true })).not.toHaveProperty("scope");
    fits(groupEntity(group, { viewer: true }), "Group");
  });
});

describe("a message", () => {
  it("has string ids, a head, its text and both ends as they were", () => {
    const shown = messageEntity(message({
      muid: "m", metadataJson: '{"k":"<img onerror=1>"}', resource: "dev-1", tags: ["x"], body: { $case: "text", value: { text: "Hi" } },
      reactions: [{ reaction: "👍", count: 2, reactedByMe: true }], mentionedUsers: [alice], moderationStatus: ModerationStatus.PENDING,
    }), { tags: true });
    expect(shown).toEqual({
      id: "9007199254740991", muid: "m", conversationId: "group_lobby", sender: "alice", receiver: "lobby",
      receiverType: "group", category: "message",
      type: "text", sentAt: 1, tags: ["x"],
      data: {
        text: "Hi", metadata: { k: "<img onerror=1>" }, resource: "dev-1",
        entities: {
          sender: { entityType: "user", entity: { uid: "alice", name: "Alice", avatar: alice.avatar, role: "default" } },
          receiver: { entityType: "group", entity: { guid: "lobby", name: "Lobby" } },
        },
        mentions: { alice: { uid: "alice", name: "Alice", avatar: alice.avatar, role: "default" } },
        reactions: [{ reaction: "👍", count: 2, reactedByMe: true }],
        moderation: { status: "pending" },
      },
    });
    fits(shown, "Message");
  });

  it("gives the receiving user the conversation", () => {
    const shown = messageEntity(
      message({
        receiverType: ReceiverType.USER, receiverId: "bob", receiver: { id: "bob", name: "Bob" }, conversationId: "alice_user_bob",
      }),
    );
    expect(shown).toMatchObject({
      data: { entities: { receiver: { entityType: "user", entity: { uid: "bob", conversationId: "alice_user_bob" } } } },
    });
  });

  it("of a developer's kind shows what the developer gave", () => {
    const value = { customDataJson: "{}", subType: "s", conversationText: "c", updateConversation: false, sendNotification: true };
    const shown = messageEntity(message({ category: Category.CUSTOM, type: "location", body: { $case: "custom", value } }));
    expect(shown).toMatchObject({
      category: "custom", type: "location",
      data: { customData: {}, subType: "s", conversationText: "c", updateConversation: false, sendNotification: true },
    });
    fits(shown, "Message");
  });

  it("with files names the first one's address too", () => {
    const attachments = [{ url: "https://x.example/a.png", name: "a.png", extension: "png", mimeType: "image/png", size: 5 }];
    const shown = messageEntity(message({ type: "image", body: { $case: "media", value: { attachments, caption: "Look" } } }));
    expect(shown).toMatchObject({ data: { url: "https://x.example/a.png", attachments, text: "Look" } });
    fits(shown, "Message");
  });

  it("that is deleted keeps its head and loses everything else", () => {
    const shown = messageEntity(message({ deletedAtMs: 5_000, deletedBy: "alice", metadataJson: '{"a":1}', tags: ["x"] }), { tags: true });
    expect(shown).toMatchObject({ deletedAt: 5, deletedBy: "alice", data: {} });
    expect(shown).not.toHaveProperty("tags");
    fits(shown, "Message");
  });

  it("about a member tells who did what to whom, and the count after it", () => {
    const value = {
      kind: GroupActionKind.SCOPE_CHANGED, by: alice, on: { id: "bob", name: "Bob" }, oldScope: "participant", newScope: "admin",
      membersCount: 3,
    };
    const shown = messageEntity(message({ category: Category.ACTION, type: "groupMember", body: { $case: "groupAction", value } }));
    expect(shown).toMatchObject({
      category: "action", type: "groupMember",
      data: {
        action: "scopeChanged", extras: { scope: { new: "admin", old: "participant" } },
        entities: {
          by: { entity: { uid: "alice" } }, on: { entity: { uid: "bob" } },
          for: { entityType: "group", entity: { guid: "lobby", membersCount: 3 } },
        },
      },
    });
    fits(shown, "Message");
  });

  it("about another message carries that one as it is now", () => {
    const changed = message({ editedAtMs: 5_000, editedBy: "alice", body: { $case: "text", value: { text: "New" } } });
    const value = { kind: MessageActionKind.EDITED, by: alice, messageId: changed.id, message: changed };
    const shown = messageEntity(message({ category: Category.ACTION, type: "message", body: { $case: "messageAction", value } }));
    expect(shown).toMatchObject({
      data: { action: "edited", entities: { on: { entityType: "message", entity: { editedAt: 5, data: { text: "New" } } } } },
    });
    fits(shown, "Message");
  });

  it("of a call or of elements fits the contract too", () => {
    const call = { sessionId: "s1", status: CallStatus.INITIATED, by: alice, initiatorUid: "alice", initiatedAtMs: 5_000 };
    fits(messageEntity(message({ category: Category.CALL, type: "audio", body: { $case: "call", value: call } })), "Message");
    const interactive = {
      interactiveDataJson: '{"text":"t"}', interactionGoal: { type: "none", elementIds: [] }, allowSenderInteraction: false,
    };
    fits(
      messageEntity(message({ category: Category.INTERACTIVE, type: "card", body: { $case: "interactive", value: interactive } })),
      "Message",
    );
  });

  it("quotes one level deep", () => {
    const inner = message({ quotedMessage: message({}) });
    const shown = messageEntity(message({ quotedMessageId: inner.id, quotedMessage: inner }));
    expect(shown["quotedMessage"]).not.toHaveProperty("quotedMessage");
    fits(shown, "Message");
  });
});

describe("a conversation", () => {
  it("counts in strings and leaves a deleted last message out", () => {
    const conversation = Conversation.fromPartial({
      conversationId: "group_lobby", conversationType: ReceiverType.GROUP, conversationWith: lobby,
      unreadMessageCount: 1_200, lastMessage: message({ deletedAtMs: 1 }),
    });
    const shown = conversationEntity(conversation);
    expect(shown).toMatchObject({ unreadMessageCount: "1200", conversationWith: { guid: "lobby", conversationId: "group_lobby" } });
    expect(shown).not.toHaveProperty("lastMessage");
    fits(conversationEntity({ ...conversation, lastMessage: message({}) }), "Conversation");
  });
});
