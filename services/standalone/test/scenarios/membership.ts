// Who is told of a membership change, and who is not (chat.md 10.2, 30). Every scenario has the same cast: alice owns the group
// and has two devices, bob is a member with two, carol is no member and has two, dave never belongs.
import { expect } from "vitest";
import type { Json } from "@parlance/platform/testing";
import type { Tenant } from "../testing/tenant.js";
import { toGroup, type Device } from "../testing/device.js";
import type { Scenarios } from "../testing/scenario.js";
import type { TestPlatform } from "../testing/test-platform.js";

interface Cast {
  readonly tenant: Tenant;
  readonly devices: Readonly<Record<"alice" | "alice2" | "bob" | "bob2" | "carol" | "carol2" | "dave", Device>>;
}

async function cast(platform: TestPlatform, group: Parameters<Tenant["group"]>[2] = {}): Promise<Cast> {
  const tenant = await platform.tenant();
  await tenant.users("alice", "bob", "carol", "dave");
  await tenant.group("team", "alice", { members: ["bob"], ...group });
  const [alice, alice2, bob, bob2, carol, carol2, dave] = await Promise.all([
    tenant.device("alice"), tenant.device("alice", "laptop"), tenant.device("bob"), tenant.device("bob", "laptop"),
    tenant.device("carol"), tenant.device("carol", "laptop"), tenant.device("dave"),
  ]);
  await tenant.quiet();
  return { tenant, devices: { alice, alice2, bob, bob2, carol, carol2, dave } };
}

/** Names of the devices that heard the action, each exactly once. */
function hearersOf({ devices }: Cast, kind: string): string[] {
  return Object.entries(devices).flatMap(([name, device]) =>
    device.heard("memberRow").filter((row) => actionOf(row)["kind"] === `GROUP_ACTION_KIND_${kind}`).map(() => name));
}

function actionOf(row: Json): Json {
  return (row["message"] as Json)["groupAction"] as Json;
}

function partyIn(action: Json, role: "by" | "on"): unknown {
  return (action[role] as Json | undefined)?.["id"];
}

const ALL_MEMBERS_BUT_ALICE_PHONE = ["alice2", "bob", "bob2"];

export const membership: Scenarios = {
  "joining is told to the members and to the joiner's other devices, and to nobody else": async (platform) => {
    const all = await cast(platform);
    const { group, action } = await all.devices.carol.ok("group.JoinGroup", { guid: "team" });
    expect(group).toMatchObject({ hasJoined: true, membersCount: 3, scope: "MEMBER_SCOPE_PARTICIPANT" });
    await all.tenant.quiet();
    expect(hearersOf(all, "JOINED")).toEqual(["alice", ...ALL_MEMBERS_BUT_ALICE_PHONE, "carol2"]);
    const [row] = all.devices.bob.heard("memberRow");
    expect(row!["seq"]).toBe((action as Json)["seq"]);
    expect(partyIn(actionOf(row!), "by")).toBe("carol");
    expect(all.devices.dave.events).toEqual([]);
    await all.devices.bob.send(toGroup("team"), "welcome");
    await all.tenant.quiet();
    expect([all.devices.carol.messageTexts, all.devices.carol2.messageTexts]).toEqual([["welcome"], ["welcome"]]);
  },

  "a password group lets in who knows the password, and nobody else": async (platform) => {
    const { tenant, devices: { carol } } = await cast(platform, { type: "password", password: "sesame" });
    expect(await carol.refused("group.JoinGroup", { guid: "team" })).toBe("ERR_EMPTY_GROUP_PASS");
    expect(await carol.refused("group.JoinGroup", { guid: "team", password: "simsim" })).toBe("ERR_WRONG_GROUP_PASS");
    expect(await carol.refused("messaging.SendMessage", { ...toGroup("team"), text: { text: "x" } })).toBe("ERR_GROUP_NOT_JOINED");
    await carol.ok("group.JoinGroup", { guid: "team", password: "sesame" });
    expect(await carol.refused("group.JoinGroup", { guid: "team", password: "sesame" })).toBe("ERR_ALREADY_JOINED");
    await carol.send(toGroup("team"), "I am in");
    await tenant.quiet();
  },

  "a private group is not there for others, and one gets in only by being added": async (platform) => {
    const { devices: { alice, carol } } = await cast(platform, { type: "private" });
    expect(await carol.refused("group.GetGroup", { guid: "team" })).toBe("ERR_GUID_NOT_FOUND");
    expect(await carol.refused("group.JoinGroup", { guid: "team" })).toBe("ERR_GROUP_JOIN_NOT_ALLOWED");
    await alice.ok("group.AddMembers", { guid: "team", members: [{ uid: "carol" }] });
    await carol.ok("group.GetGroup", { guid: "team" });
  },

  "leaving is told to the members and to the other devices of the one who left": async (platform) => {
    const all = await cast(platform);
    await all.devices.bob.ok("group.LeaveGroup", { guid: "team" });
    await all.tenant.quiet();
    expect(hearersOf(all, "LEFT")).toEqual(["alice", "alice2", "bob2"]);
    expect(await all.devices.alice.refused("group.LeaveGroup", { guid: "team" })).toBe("ERR_OWNER_EXIT_FORBIDDEN");
  },

  "adding is told to the members, the added included, and an entry that fails fails alone": async (platform) => {
    const all = await cast(platform);
    const { results } = await all.devices.alice.ok("group.AddMembers", {
      guid: "team", members: [{ uid: "carol", scope: "MEMBER_SCOPE_MODERATOR" }, { uid: "nobody" }, { uid: "bob" }],
    });
    expect((results as Json[]).map(({ uid, success, errorCode }) => [uid, success ?? errorCode])).toEqual([
      ["carol", true], ["nobody", "ERR_UID_NOT_FOUND"], ["bob", "ERR_ALREADY_JOINED"],
    ]);
    await all.tenant.quiet();
    expect(hearersOf(all, "ADDED")).toEqual([...ALL_MEMBERS_BUT_ALICE_PHONE, "carol", "carol2"]);
    const [row] = all.devices.carol.heard("memberRow");
    expect([partyIn(actionOf(row!), "by"), partyIn(actionOf(row!), "on")]).toEqual(["alice", "carol"]);
    await all.devices.bob.send(toGroup("team"), "welcome");
    await all.tenant.quiet();
    expect(all.devices.carol.messageTexts).toEqual(["welcome"]);
  },

  "kicking is told to the members and the kicked, who may join again": async (platform) => {
    const all = await cast(platform);
    await all.devices.alice.ok("group.KickMember", { guid: "team", uid: "bob" });
    await all.tenant.quiet();
    expect(hearersOf(all, "KICKED")).toEqual(ALL_MEMBERS_BUT_ALICE_PHONE);
    await all.devices.bob.ok("group.JoinGroup", { guid: "team" });
    await all.devices.bob.send(toGroup("team"), "here again");
  },

  "a ban is told to the members and the banned, keeps them out, and holds until it is lifted": async (platform) => {
    const all = await cast(platform);
    const { alice, bob } = all.devices;
    await alice.ok("group.BanMember", { guid: "team", uid: "bob" });
    await all.tenant.quiet();
    expect(hearersOf(all, "BANNED")).toEqual(ALL_MEMBERS_BUT_ALICE_PHONE);
    expect(await bob.refused("group.JoinGroup", { guid: "team" })).toBe("ERR_BANNED_GROUPMEMBER");
    expect(await alice.refused("group.BanMember", { guid: "team", uid: "bob" })).toBe("ERR_ALREADY_BANNED");
    const { bans } = await alice.ok("group.ListBans", { guid: "team" });
    expect((bans as { user: Json }[]).map(({ user }) => user["uid"])).toEqual(["bob"]);
    await alice.ok("group.UnbanMember", { guid: "team", uid: "bob" });
    await all.tenant.quiet();
    expect(hearersOf(all, "UNBANNED")).toEqual(["alice2"]);
    expect(await bob.refused("messaging.SendMessage", { ...toGroup("team"), text: { text: "x" } })).toBe("ERR_GROUP_NOT_JOINED");
    await bob.ok("group.JoinGroup", { guid: "team" });
  },

  "somebody who was never a member can be banned, and is told": async (platform) => {
    const all = await cast(platform);
    await all.devices.alice.ok("group.BanMember", { guid: "team", uid: "carol" });
    await all.tenant.quiet();
    expect(hearersOf(all, "BANNED")).toEqual([...ALL_MEMBERS_BUT_ALICE_PHONE, "carol", "carol2"]);
    expect(await all.devices.carol.refused("group.JoinGroup", { guid: "team" })).toBe("ERR_BANNED_GROUPMEMBER");
  },

  "a new scope is told to the members and holds at once": async (platform) => {
    const all = await cast(platform);
    const { alice, bob } = all.devices;
    expect(await bob.refused("group.BanMember", { guid: "team", uid: "carol" })).toBe("ERR_GROUP_NO_MODERATOR_SCOPE");
    await alice.ok("group.ChangeScope", { guid: "team", uid: "bob", scope: "MEMBER_SCOPE_MODERATOR" });
    await bob.ok("group.BanMember", { guid: "team", uid: "carol" });
    await all.tenant.quiet();
    expect(hearersOf(all, "SCOPE_CHANGED")).toEqual(ALL_MEMBERS_BUT_ALICE_PHONE);
    const [row] = bob.heard("memberRow");
    expect(actionOf(row!)).toMatchObject({ oldScope: "participant", newScope: "moderator" });
  },

  "a transfer of ownership is told to the members, and the old owner stays admin": async (platform) => {
    const all = await cast(platform);
    const { alice, bob } = all.devices;
    await alice.ok("group.TransferOwnership", { guid: "team", uid: "bob" });
    await all.tenant.quiet();
    const heard = Object.entries(all.devices).filter(([, device]) => device.heard("ownershipTransferred").length === 1);
    expect(heard.map(([name]) => name)).toEqual(ALL_MEMBERS_BUT_ALICE_PHONE);
    expect(await bob.refused("group.LeaveGroup", { guid: "team" })).toBe("ERR_OWNER_EXIT_FORBIDDEN");
    const { member } = await bob.ok("group.GetMember", { guid: "team", uid: "alice" });
    expect(member).toMatchObject({ scope: "MEMBER_SCOPE_ADMIN" });
  },

  "a changed group is told to the members": async (platform) => {
    const all = await cast(platform);
    await all.devices.alice.ok("group.UpdateGroup", { guid: "team", name: "The Team" });
    await all.tenant.quiet();
    const heard = Object.entries(all.devices).filter(([, device]) => device.heard("groupUpdated").length === 1);
    expect(heard.map(([name]) => name)).toEqual(ALL_MEMBERS_BUT_ALICE_PHONE);
    expect(all.devices.bob.heard("groupUpdated")[0]).toMatchObject({ group: { name: "The Team" }, updatedBy: { id: "alice" } });
  },

  "a deleted group is told to its members and is gone with its messages, also when its guid is used again": async (platform) => {
    const all = await cast(platform);
    const { alice, bob, bob2, carol } = all.devices;
    await alice.send(toGroup("team"), "old news");
    await alice.ok("group.DeleteGroup", { guid: "team" });
    await all.tenant.quiet();
    const heard = Object.entries(all.devices).filter(([, device]) => device.heard("groupDeleted").length === 1);
    expect(heard.map(([name]) => name)).toEqual(ALL_MEMBERS_BUT_ALICE_PHONE);
    expect(await bob.refused("messaging.SendMessage", { ...toGroup("team"), text: { text: "x" } })).toBe("ERR_GUID_NOT_FOUND");
    const { conversations } = await bob.ok("messaging.ListConversations", {});
    expect(conversations ?? []).toEqual([]);
    await carol.ok("group.CreateGroup", { guid: "team", name: "Another" });
    await carol.send(toGroup("team"), "new news");
    await all.tenant.quiet();
    expect([bob, bob2].map((device) => device.messageTexts)).toEqual([["old news"], ["old news"]]);
    expect(await bob.refused("messaging.ListMessages", toGroup("team"))).toBe("ERR_GROUP_NOT_JOINED");
    const { messages } = await carol.ok("messaging.ListMessages", toGroup("team"));
    expect((messages as Json[]).map(({ text }) => (text as Json)["text"])).toEqual(["new news"]);
  },

  "the order of joins, sends and kicks is the same in the log as everybody heard it": async (platform) => {
    const all = await cast(platform);
    const { alice, alice2, bob, carol } = all.devices;
    await carol.ok("group.JoinGroup", { guid: "team" });
    await carol.send(toGroup("team"), "hi");
    await alice.ok("group.KickMember", { guid: "team", uid: "carol" });
    await bob.send(toGroup("team"), "bye");
    await all.tenant.quiet();
    const { rows } = await bob.ok("messaging.ListRows", { ...toGroup("team"), afterSeq: 0 });
    const stored = (rows as Json[]).map(({ seq }) => seq);
    const live = alice2.events.map((event) => ((event["row"] ?? event["memberRow"]) as Json)["seq"]);
    expect(stored).toEqual(stored.map((_, n) => n + 1));
    expect(live).toEqual(stored.slice(-4));
  },
};
