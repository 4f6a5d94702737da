// Who has just created a group is its only member, and no row of the group says so: the creator must hear it all the same.
import { expect } from "vitest";
import type { Json } from "@parlance/platform/testing";
import { toGroup, type Device } from "../testing/device.js";
import type { Scenarios } from "../testing/scenario.js";
import type { TestPlatform } from "../testing/test-platform.js";

async function cast(platform: TestPlatform) {
  const tenant = await platform.tenant();
  await tenant.users("alice", "bob");
  const [alice, laptop, bob] = await Promise.all([tenant.device("alice"), tenant.device("alice", "laptop"), tenant.device("bob")]);
  return { tenant, alice, laptop, bob };
}

const create = (device: Device, members: readonly string[] = []) => device.ok("group.CreateGroup", {
  guid: "Team", name: "Team", type: "GROUP_TYPE_PUBLIC", members: members.map((uid) => ({ uid, scope: "MEMBER_SCOPE_PARTICIPANT" })),
});

const team = toGroup("team");

export const groupCreator: Scenarios = {
  "hears a member's first message live, on every device": async (platform) => {
    const { tenant, alice, laptop, bob } = await cast(platform);
    await create(alice);
    await bob.ok("group.JoinGroup", { guid: "team" });
    await bob.send(team, "first");
    await tenant.quiet();
    for (const device of [alice, laptop]) {
      expect(device.heard("memberRow").map(({ seq }) => seq)).toEqual([1]);
      expect(device.heard("row").map(({ seq }) => seq)).toEqual([2]);
      expect(device.messageTexts).toEqual(["first"]);
    }
  },

  "hears a member who writes before the creation is answered": async (platform) => {
    const { tenant, alice, laptop, bob } = await cast(platform);
    const created = create(alice, ["bob"]);
    await bob.next("memberRow");
    await bob.send(team, "quick");
    await created;
    await tenant.quiet();
    expect([alice.messageTexts, laptop.messageTexts]).toEqual([["quick"], ["quick"]]);
  },

  "is told of it on the other devices only, and nobody else is": async (platform) => {
    const { tenant, alice, laptop, bob } = await cast(platform);
    await create(alice);
    await tenant.quiet();
    expect(laptop.heard("groupCreated")).toMatchObject([{ group: { guid: "team", owner: "alice", membersCount: 1 }, createdBy: { id: "alice" } }]);
    expect([alice.events, bob.events]).toEqual([[], []]);
  },

  "hears it too when the server made the group for them": async (platform) => {
    const { tenant, alice, laptop, bob } = await cast(platform);
    await tenant.group("team", "alice");
    await bob.ok("group.JoinGroup", { guid: "team" });
    await bob.send(team, "first");
    await tenant.quiet();
    for (const device of [alice, laptop]) {
      expect(device.heard("groupCreated")).toHaveLength(1);
      expect(device.messageTexts).toEqual(["first"]);
    }
  },

  "may resume from before the group's first row": async (platform) => {
    const { alice, bob } = await cast(platform);
    await create(alice);
    const sync = async () => (await alice.ok("messaging.Sync", { conversations: [{ ...team, seq: 0 }] }))["conversations"] as Json[] | undefined;
    expect(await sync() ?? []).not.toContainEqual(expect.objectContaining({ gone: true }));
    await bob.ok("group.JoinGroup", { guid: "team" });
    expect((await sync())?.map(({ rows }) => (rows as Json[]).map(({ seq }) => seq))).toEqual([[1]]);
  },
};
