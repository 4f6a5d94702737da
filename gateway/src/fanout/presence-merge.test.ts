import { PresenceMode } from "@parlance/proto/gateway/v1/frame";
import { SubscribePresenceRequest } from "@parlance/proto/presence/v1/presence";
import { describe, expect, test } from "vitest";
import { presence } from "../testing/bodies.js";
import { ScriptedGateway, type ScriptedClient } from "../testing/scripted-gateway.js";

const all = { hello: { presence: PresenceMode.ALL } };

async function watch(gateway: ScriptedGateway, client: ScriptedClient, ...uids: string[]): Promise<void> {
  client.send({ id: 1, body: { $case: "call", value: { method: "presence.SubscribePresence", request: SubscribePresenceRequest.encode({ uids }).finish() } } });
  await gateway.settle();
  client.frames();
}

function publish(gateway: ScriptedGateway, uid: string, online: boolean, id: string): void {
  gateway.publish(
    gateway.record("p:all", presence(uid, online), { id }, "live"), gateway.record(`p:u:${uid}`, presence(uid, online), { id }, "live"),
  );
}

describe("presence", () => {
  test("changes within the window leave together, the latest state of each user, within 2 s", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice", all);
    publish(gateway, "bob", true, "bob on");
    await gateway.clock.advance(500);
    publish(gateway, "carol", false, "carol off");
    await gateway.settle();
    expect(alice.events()).toEqual([]);
    await gateway.clock.advance(1_500);
    expect(alice.socket.sent.length - 1).toBe(1);
    expect(alice.events()).toEqual(["bob on", "carol off"]);
  });

  test("offline and online again within the window is no event (7.7)", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice", all);
    await watch(gateway, alice, "bob");
    publish(gateway, "bob", false, "off");
    publish(gateway, "bob", true, "on");
    await gateway.clock.advance(2_000);
    expect(alice.events()).toEqual([]);
  });

  test("a repeat of the same event changes nothing", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice", all);
    publish(gateway, "bob", true, "on");
    publish(gateway, "bob", true, "on");
    await gateway.clock.advance(2_000);
    expect(alice.events()).toEqual(["on"]);
  });

  test("who watches all and the user besides gets it once; several watched users come in one frame (R18)", async () => {
    const gateway = new ScriptedGateway();
    const both = await gateway.login("alice", all);
    await watch(gateway, both, "bob");
    const single = await gateway.login("alice");
    await watch(gateway, single, "bob", "carol");
    publish(gateway, "bob", true, "bob on");
    publish(gateway, "carol", true, "carol on");
    const before = single.socket.sent.length;
    await gateway.clock.advance(2_000);
    expect(both.events()).toEqual(["bob on", "carol on"]);
    expect(single.socket.sent.length - before).toBe(1);
    expect(single.events()).toEqual(["bob on", "carol on"]);
  });

  test("a user's own sockets hear nothing of the user (7.8)", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice", all);
    const bob = await gateway.login("bob", all);
    await watch(gateway, bob, "bob");
    publish(gateway, "bob", true, "on");
    await gateway.clock.advance(2_000);
    expect([alice.events(), bob.events()]).toEqual([["on"], []]);
  });

  test("nobody watches: nothing is kept", async () => {
    const gateway = new ScriptedGateway();
    const timers = gateway.clock.pendingTimers;
    publish(gateway, "bob", true, "on");
    expect(gateway.clock.pendingTimers).toBe(timers);
    await gateway.settle();
  });
});
