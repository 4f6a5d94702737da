// Marks, receipts and unread counts over several devices (chat.md 16, 19).
import { expect } from "vitest";
import type { Json } from "@parlance/platform/testing";
import { toGroup, toUser, type Address, type Device } from "../testing/device.js";
import type { Scenarios } from "../testing/scenario.js";
import type { Tenant } from "../testing/tenant.js";
import type { TestPlatform } from "../testing/test-platform.js";

interface Cast {
  readonly tenant: Tenant;
  readonly alice: Device;
  readonly alice2: Device;
  readonly bob: Device;
  readonly bob2: Device;
  readonly carol: Device;
}

async function cast(platform: TestPlatform): Promise<Cast> {
  const tenant = await platform.tenant();
  await tenant.users("alice", "bob", "carol");
  await tenant.group("team", "alice", { members: ["bob", "carol"] });
  const [alice, alice2, bob, bob2, carol] = await Promise.all([
    tenant.device("alice"), tenant.device("alice", "laptop"), tenant.device("bob"), tenant.device("bob", "laptop"), tenant.device("carol"),
  ]);
  return { tenant, alice, alice2, bob, bob2, carol };
}

function receiptsHeard(device: Device): unknown[] {
  return device.heard("receipt").map(({ type, messageId, sender }) =>
    [String(type).replace("RECEIPT_TYPE_", ""), messageId, (sender as Json)["id"]]);
}

async function viewOf(device: Device, { receiverType, receiverId }: Address): Promise<Json> {
  const { conversation } = await device.ok("messaging.GetConversation", { conversationType: receiverType, conversationWith: receiverId });
  return conversation as Json;
}

async function unreadOf(device: Device, address: Address): Promise<number> {
  return Number((await viewOf(device, address))["unreadMessageCount"] ?? 0);
}

export const receipts: Scenarios = {
  "a read mark tells all devices of the author, and the marker's other devices hear their changed view": async (platform) => {
    const { tenant, alice, alice2, bob, bob2, carol } = await cast(platform);
    const { id } = await alice.send(toUser("bob"), "seen?");
    const { conversation } = await bob.ok("messaging.MarkRead", { ...toUser("alice"), messageId: id });
    expect(conversation).toMatchObject({ readSeq: 1, deliveredSeq: 1 });
    await tenant.quiet();
    expect(receiptsHeard(alice)).toContainEqual(["READ", id, "bob"]);
    expect(receiptsHeard(alice2)).toEqual(receiptsHeard(alice));
    expect([bob, bob2, carol].flatMap(receiptsHeard)).toEqual([]);
    expect(bob.heard("conversationUpdated")).toEqual([]);
    const [updated] = bob2.heard("conversationUpdated");
    expect(updated).toMatchObject({ conversation: { readSeq: 1 } });
    expect(updated!["changed"]).toContain("readSeq");
  },

  "a delivered mark and a read mark are told apart, and a lower mark changes nothing and is told to nobody": async (platform) => {
    const { tenant, alice, bob, bob2 } = await cast(platform);
    const sent = [await alice.send(toUser("bob"), "1"), await alice.send(toUser("bob"), "2"), await alice.send(toUser("bob"), "3")];
    await bob.ok("messaging.MarkDelivered", { ...toUser("alice"), messageId: sent[2]!.id });
    await tenant.quiet();
    expect(receiptsHeard(alice)).toEqual([["DELIVERED", sent[2]!.id, "bob"]]);
    await bob.ok("messaging.MarkRead", { ...toUser("alice"), messageId: sent[1]!.id });
    await tenant.quiet();
    expect(receiptsHeard(alice)).toEqual([["DELIVERED", sent[2]!.id, "bob"], ["READ", sent[1]!.id, "bob"]]);
    const [before, heard] = [alice.events.length, bob2.events.length];
    await bob.ok("messaging.MarkRead", { ...toUser("alice"), messageId: sent[0]!.id });
    await bob.ok("messaging.MarkDelivered", { ...toUser("alice"), messageId: sent[0]!.id });
    await tenant.quiet();
    expect([alice.events.length, bob2.events.length]).toEqual([before, heard]);
    expect(await viewOf(bob, toUser("alice"))).toMatchObject({ deliveredSeq: 3, readSeq: 2 });
    expect(await viewOf(alice, toUser("bob"))).toMatchObject({ peerDeliveredSeq: 3, peerReadSeq: 2 });
  },

  "in a group the authors newly covered hear a mark, and nobody else": async (platform) => {
    const { tenant, alice, bob, carol } = await cast(platform);
    const team = toGroup("team");
    const one = await alice.send(team, "one");
    await carol.ok("messaging.MarkRead", { ...team, messageId: one.id });
    const two = await bob.send(team, "two");
    await tenant.quiet();
    for (const device of [alice, bob, carol]) device.forget();
    await carol.ok("messaging.MarkRead", { ...team, messageId: two.id });
    await tenant.quiet();
    expect([alice, bob, carol].map((device) => receiptsHeard(device).filter((receipt) => (receipt as unknown[])[0] === "READ")))
      .toEqual([[], [["READ", two.id, "carol"]], []]);
  },

  "unread counts the messages of others above the mark, on every device alike": async (platform) => {
    const { alice, bob, bob2, carol } = await cast(platform);
    for (const text of ["1", "2", "3"]) await alice.send(toUser("bob"), text);
    await bob.send(toUser("alice"), "own messages do not count");
    const four = await alice.send(toUser("bob"), "4");
    expect([await unreadOf(bob, toUser("alice")), await unreadOf(bob2, toUser("alice"))]).toEqual([4, 4]);
    expect(await unreadOf(alice, toUser("bob"))).toBe(1);
    await bob.ok("messaging.MarkRead", { ...toUser("alice"), messageId: four.id });
    expect([await unreadOf(bob, toUser("alice")), await unreadOf(bob2, toUser("alice"))]).toEqual([0, 0]);
    await alice.send(toGroup("team"), "to the group");
    await alice.ok("messaging.SendMessage", {
      ...toUser("bob"), category: "CATEGORY_CUSTOM", type: "poll", custom: { customDataJson: "{}", updateConversation: false },
    });
    const counts = await bob.ok("messaging.GetUnreadCounts", {});
    expect(counts).toEqual({ groups: { team: 1 } });
    expect(await carol.ok("messaging.GetUnreadCounts", { ...toUser("alice") })).toEqual({ users: { alice: 0 } });
  },

  "unread falls when a message above the mark is deleted, and an edit or a membership change does not count": async (platform) => {
    const { alice, bob } = await cast(platform);
    const team = toGroup("team");
    const one = await alice.send(team, "one");
    await alice.send(team, "two");
    await alice.ok("messaging.EditMessage", { messageId: one.id, text: { text: "ONE" } });
    await alice.ok("group.KickMember", { guid: "team", uid: "carol" });
    expect(await unreadOf(bob, team)).toBe(2);
    await alice.ok("messaging.DeleteMessage", { messageId: one.id });
    expect(await unreadOf(bob, team)).toBe(1);
  },

  "who joins a group starts with nothing unread": async (platform) => {
    const { tenant, alice } = await cast(platform);
    await tenant.users("dave");
    await alice.send(toGroup("team"), "old");
    const dave = await tenant.device("dave");
    await dave.ok("group.JoinGroup", { guid: "team" });
    expect(await unreadOf(dave, toGroup("team"))).toBe(0);
    await alice.send(toGroup("team"), "new");
    expect(await unreadOf(dave, toGroup("team"))).toBe(1);
  },
};
