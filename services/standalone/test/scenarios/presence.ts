// Online and offline (chat.md 7). Changes are told merged, at most 2 s late.
import { expect } from "vitest";
import type { Json } from "@parlance/platform/testing";
import type { Device } from "../testing/device.js";
import type { Scenarios } from "../testing/scenario.js";
import type { TestPlatform } from "../testing/test-platform.js";

const ALL = { hello: { presence: "PRESENCE_MODE_ALL" } };
const MERGED_MS = 2_000;
const GRACE_MS = 10_000;

const seenBy = (device: Device) =>
  device.heard("presenceChanged").map(({ user, online }) => `${String((user as Json)["id"])} ${online === true ? "online" : "offline"}`);

/** Lets what is merged come out, and everything arrive. */
async function told(platform: TestPlatform, ...devices: readonly Device[]): Promise<void> {
  await Promise.all(devices.map((device) => device.caughtUp()));
  await platform.settle();
  await platform.skip(MERGED_MS);
  await platform.settle();
  await Promise.all(devices.map((device) => device.caughtUp()));
}

async function statusOf(device: Device, uid: string): Promise<unknown> {
  const { presences } = await device.ok("presence.GetPresence", { uids: [uid] });
  return (presences as Json[])[0]!["online"] ?? false;
}

export const presence: Scenarios = {
  "a user is online from the first connection; who watches everybody hears it once, other devices and the user's own do not": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob", "carol");
    const alice = await tenant.device("alice", "phone", ALL);
    const carol = await tenant.device("carol");
    await told(platform, alice);
    alice.forget();
    const bob = await tenant.device("bob", "phone", ALL);
    const bob2 = await tenant.device("bob", "laptop", ALL);
    await told(platform, alice, bob, bob2, carol);
    expect(seenBy(alice)).toEqual(["bob online"]);
    expect([seenBy(bob), seenBy(bob2), seenBy(carol)]).toEqual([[], [], []]);
    expect([await statusOf(carol, "bob"), await statusOf(carol, "alice")]).toEqual([true, true]);
  },

  "a user goes offline when the last connection has been gone for the grace, and not when one of two goes": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const alice = await tenant.device("alice", "phone", ALL);
    const [bob, bob2] = [await tenant.device("bob"), await tenant.device("bob", "laptop")];
    await told(platform, alice);
    await bob.client.socket.destroy();
    await told(platform, alice);
    await platform.skip(GRACE_MS);
    await told(platform, alice);
    expect(seenBy(alice)).toEqual(["bob online"]);
    await bob2.client.socket.destroy();
    await told(platform, alice);
    expect([seenBy(alice), await statusOf(alice, "bob")]).toEqual([["bob online"], true]);
    await platform.skip(GRACE_MS);
    await told(platform, alice);
    expect([seenBy(alice), await statusOf(alice, "bob")]).toEqual([["bob online", "bob offline"], false]);
    const { user } = await alice.ok("identity.GetUser", { uid: "bob" });
    expect((user as Json)["lastActiveAtMs"]).toBeGreaterThan(0);
  },

  "a user who comes back within the grace was never away": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const alice = await tenant.device("alice", "phone", ALL);
    const bob = await tenant.device("bob");
    await told(platform, alice);
    alice.forget();
    await bob.client.socket.destroy();
    await told(platform, alice);
    await tenant.device("bob");
    await told(platform, alice);
    await platform.skip(GRACE_MS);
    await told(platform, alice);
    expect(alice.heard("presenceChanged")).toEqual([]);
  },

  "who says bye is offline without grace": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const alice = await tenant.device("alice", "phone", ALL);
    const bob = await tenant.device("bob");
    await told(platform, alice);
    expect((await bob.client.bye()).code).toBe(1000);
    await told(platform, alice);
    expect(seenBy(alice)).toEqual(["bob online", "bob offline"]);
  },

  "an explicit subscription answers the status and then tells of that user only, until it is taken back": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob", "carol");
    const alice = await tenant.device("alice");
    const { presences } = await alice.ok("presence.SubscribePresence", { uids: ["bob"] });
    expect(presences).toEqual([{ uid: "bob" }]);
    const [bob, carol] = [await tenant.device("bob"), await tenant.device("carol")];
    await told(platform, alice);
    expect(seenBy(alice)).toEqual(["bob online"]);
    await alice.ok("presence.UnsubscribePresence", { uids: ["bob"] });
    await Promise.all([bob.client.bye(), carol.client.bye()]);
    await told(platform, alice);
    expect(seenBy(alice)).toEqual(["bob online"]);
  },

  "who is subscribed to a user and watches everybody hears each change once": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const alice = await tenant.device("alice", "phone", ALL);
    await alice.ok("presence.SubscribePresence", { uids: ["bob"] });
    await tenant.device("bob");
    await told(platform, alice);
    expect(seenBy(alice)).toEqual(["bob online"]);
  },

  "more subscriptions than a connection may have are refused": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice");
    const alice = await tenant.device("alice");
    const uids = (from: number) => Array.from({ length: 1_000 }, (_, n) => `u${from + n}`);
    for (let from = 0; from < 5_000; from += 1_000) await alice.ok("presence.SubscribePresence", { uids: uids(from) });
    expect(await alice.refused("presence.SubscribePresence", { uids: ["one-more"] })).toBe("ERROR_LIMIT_EXCEEDED");
    await alice.ok("presence.SubscribePresence", { uids: ["u7"] });
  },

  "the number of online users counts users, not connections": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const alice = await tenant.device("alice");
    await Promise.all([tenant.device("alice", "laptop"), tenant.device("bob")]);
    await tenant.quiet();
    expect(await alice.ok("presence.GetOnlineUserCount", {})).toEqual({ count: 2 });
  },
};
