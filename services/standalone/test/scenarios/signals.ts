// Typing and transient messages (chat.md 20).
import { expect } from "vitest";
import type { Json } from "@parlance/platform/testing";
import { toGroup, toUser, type Device } from "../testing/device.js";
import { historyOf } from "../testing/history.js";
import type { Scenarios } from "../testing/scenario.js";
import type { Tenant } from "../testing/tenant.js";
import type { TestPlatform } from "../testing/test-platform.js";

const START_EVERY_MS = 3_000;
const EXPIRES_MS = 6_000;
const team = toGroup("team");

async function cast(platform: TestPlatform): Promise<{ tenant: Tenant; alice: Device; alice2: Device; bob: Device; carol: Device; dave: Device }> {
  const tenant = await platform.tenant();
  await tenant.users("alice", "bob", "carol", "dave");
  await tenant.group("team", "alice", { members: ["bob", "carol"] });
  const [alice, alice2, bob, carol, dave] = await Promise.all([
    tenant.device("alice"), tenant.device("alice", "laptop"), tenant.device("bob"), tenant.device("carol"), tenant.device("dave"),
  ]);
  return { tenant, alice, alice2, bob, carol, dave };
}

const typingAt = (device: Device) => device.heard("typing").map(({ sender, ended, expired }) =>
  [(sender as Json)["id"], ended === true ? (expired === true ? "expired" : "ended") : "started"]);

export const signals: Scenarios = {
  "typing reaches the other user, and neither the sender's devices nor anybody else": async (platform) => {
    const { tenant, alice, alice2, bob, carol } = await cast(platform);
    await alice.tell({ typing: { ...toUser("bob"), metadataJson: "{\"a\":1}" } });
    await bob.next("typing");
    await alice.tell({ typing: { ...toUser("bob"), ended: true } });
    await bob.next("typing", ({ ended }) => ended === true);
    await tenant.quiet();
    expect(typingAt(bob)).toEqual([["alice", "started"], ["alice", "ended"]]);
    expect(bob.heard("typing")[0]).toMatchObject({ ...toUser("bob"), metadataJson: "{\"a\":1}" });
    expect([alice.events, alice2.events, carol.events]).toEqual([[], [], []]);
  },

  "typing in a group reaches its other members, and an outsider neither hears nor is heard": async (platform) => {
    const { tenant, alice, alice2, bob, carol, dave } = await cast(platform);
    await alice.tell({ typing: team });
    await Promise.all([bob.next("typing"), carol.next("typing")]);
    await dave.tell({ typing: team });
    await tenant.quiet();
    expect([bob, carol].map(typingAt)).toEqual([[["alice", "started"]], [["alice", "started"]]]);
    expect([alice, alice2, dave].map((device) => device.heard("typing"))).toEqual([[], [], []]);
  },

  "of typing that goes on one start in 3 s passes, and it expires 6 s after the last": async (platform) => {
    const { tenant, alice, bob } = await cast(platform);
    await alice.tell({ typing: toUser("bob") });
    await bob.next("typing");
    await alice.tell({ typing: toUser("bob") });
    await tenant.quiet();
    expect(typingAt(bob)).toEqual([["alice", "started"]]);
    await platform.skip(START_EVERY_MS);
    await alice.tell({ typing: toUser("bob") });
    await tenant.quiet();
    expect(typingAt(bob)).toEqual([["alice", "started"], ["alice", "started"]]);
    await platform.skip(EXPIRES_MS);
    await bob.next("typing", ({ expired }) => expired === true);
    expect(typingAt(bob).at(-1)).toEqual(["alice", "expired"]);
  },

  "a transient message reaches the others who are connected, once, and is kept nowhere": async (platform) => {
    const { tenant, alice, alice2, bob, carol, dave } = await cast(platform);
    await alice.tell({ transient: { ...team, dataJson: "{\"heart\":true}" } });
    await alice.tell({ transient: { ...toUser("bob"), dataJson: "{\"heart\":false}" } });
    await bob.next("transient", ({ receiverType }) => receiverType === "RECEIVER_TYPE_USER");
    await tenant.quiet();
    expect(bob.heard("transient").map(({ sender, dataJson }) => [(sender as Json)["id"], dataJson]))
      .toEqual([["alice", "{\"heart\":true}"], ["alice", "{\"heart\":false}"]]);
    expect(carol.heard("transient")).toHaveLength(1);
    expect([alice, alice2, dave].map((device) => device.heard("transient"))).toEqual([[], [], []]);
    expect((await historyOf(bob, team)).filter(({ type }) => type !== "groupMember")).toEqual([]);
  },

  "an outsider's transient message to a group is dropped, and so is more than ten a second": async (platform) => {
    const { tenant, alice, bob, dave } = await cast(platform);
    await dave.tell({ transient: { ...team, dataJson: "{}" } });
    for (let n = 0; n < 15; n += 1) alice.client.send({ transient: { ...toUser("bob"), dataJson: `{"n":${n}}` } });
    await alice.caughtUp();
    await tenant.quiet();
    const heard = bob.heard("transient").map(({ dataJson }) => dataJson);
    expect(heard.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, n) => `{"n":${n}}`));
    // Slower than a tenth of a second: one or two more are lawful.
    expect(heard.length).toBeLessThan(15);
  },
};
