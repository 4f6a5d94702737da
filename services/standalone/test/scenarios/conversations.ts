// The conversation list (chat.md 15).
import { expect } from "vitest";
import type { Json } from "@parlance/platform/testing";
import { toGroup, toUser, type Device } from "../testing/device.js";
import type { Scenarios } from "../testing/scenario.js";

// Activities of one millisecond have an order too, but not that of the sends.
const LATER_MS = 5;

async function listOf(device: Device, filter: Json = {}): Promise<{ readonly with: string; readonly last: unknown; readonly unread: unknown }[]> {
  const { conversations } = await device.ok("messaging.ListConversations", filter);
  return ((conversations ?? []) as { conversationWith: Json; lastMessage?: { text?: Json; groupAction?: Json }; unreadMessageCount?: number }[])
    .map((each) => ({
      with: String(each.conversationWith["id"]),
      last: each.lastMessage?.text?.["text"] ?? each.lastMessage?.groupAction?.["kind"],
      unread: each.unreadMessageCount ?? 0,
    }));
}

export const conversations: Scenarios = {
  "the list shows the newest activity first, right after the acknowledgement, with last message and unread count": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob", "carol");
    await tenant.group("team", "bob", { members: ["alice"] });
    const [alice, bob] = [await tenant.device("alice"), await tenant.device("bob")];
    await platform.settle();
    await platform.skip(LATER_MS);
    await bob.send(toUser("alice"), "from bob");
    await platform.skip(LATER_MS);
    await alice.send(toUser("carol"), "to carol");
    expect(await listOf(alice)).toEqual([
      { with: "carol", last: "to carol", unread: 0 }, { with: "bob", last: "from bob", unread: 1 },
      { with: "team", last: "GROUP_ACTION_KIND_ADDED", unread: 0 },
    ]);
    await platform.skip(LATER_MS);
    await bob.send(toGroup("team"), "to the team");
    expect((await listOf(alice)).map((each) => each.with)).toEqual(["team", "carol", "bob"]);
    expect(await listOf(alice, { conversationType: "RECEIVER_TYPE_GROUP" })).toEqual([{ with: "team", last: "to the team", unread: 1 }]);
    expect((await listOf(alice, { unread: true })).map((each) => each.with)).toEqual(["team", "bob"]);
  },

  "the list comes in pages that together hold every conversation once": async (platform) => {
    const tenant = await platform.tenant();
    const others = Array.from({ length: 7 }, (_, n) => `user${n}`);
    await tenant.users("alice", ...others);
    const alice = await tenant.device("alice");
    for (const uid of others) {
      await alice.send(toUser(uid), `to ${uid}`);
      await platform.skip(LATER_MS);
    }
    const seen: string[] = [];
    for (let pageToken = ""; ;) {
      const page = await alice.ok("messaging.ListConversations", { pageSize: 3, pageToken });
      seen.push(...(page["conversations"] as { conversationWith: Json }[]).map((each) => String(each.conversationWith["id"])));
      pageToken = (page["nextPageToken"] ?? "") as string;
      if (pageToken === "") break;
    }
    expect(seen).toEqual(others.toReversed());
  },

  "a conversation comes into being with its first message, for both sides, and not before": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const [alice, bob] = [await tenant.device("alice"), await tenant.device("bob")];
    const request = { conversationType: "RECEIVER_TYPE_USER", conversationWith: "bob" };
    expect(await alice.refused("messaging.GetConversation", request)).toBe("ERR_CONVERSATION_NOT_ACCESSIBLE");
    await alice.send(toUser("bob"), "hi");
    expect(await alice.ok("messaging.GetConversation", request)).toMatchObject({ conversation: { lastSeq: 1 } });
    expect(await listOf(bob)).toEqual([{ with: "alice", last: "hi", unread: 1 }]);
  },

  "an action about a message does not become the last message, and a deleted last message stays as a husk": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const [alice, bob] = [await tenant.device("alice"), await tenant.device("bob")];
    await alice.send(toUser("bob"), "first");
    const { id } = await alice.send(toUser("bob"), "second");
    await alice.ok("messaging.EditMessage", { messageId: id, text: { text: "second, edited" } });
    expect(await listOf(bob)).toEqual([{ with: "alice", last: "second, edited", unread: 2 }]);
    await alice.ok("messaging.DeleteMessage", { messageId: id });
    expect(await listOf(bob)).toEqual([{ with: "alice", last: undefined, unread: 1 }]);
  },
};
