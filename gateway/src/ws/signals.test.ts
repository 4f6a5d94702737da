import { fail } from "@parlance/platform/errors";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { describe, expect, test } from "vitest";
import { ScriptedGateway, type ScriptedClient } from "../testing/scripted-gateway.js";

function type(client: ScriptedClient, receiverId: string, ended = false, receiverType = ReceiverType.USER): void {
  client.send({ body: { $case: "typing", value: { receiverType, receiverId, ended, metadataJson: "", parentMessageId: 0 } } });
}

function transient(client: ScriptedClient, receiverId: string, receiverType = ReceiverType.USER): void {
  client.send({ body: { $case: "transient", value: { receiverType, receiverId, dataJson: "{}" } } });
}

async function dropped(gateway: ScriptedGateway, why: string): Promise<number> {
  const line = (await gateway.metrics.text()).split("\n").find((text) => text.startsWith(`parlance_gateway_signals_dropped_total{why="${why}"}`));
  return Number(line?.split(" ")[1] ?? 0);
}

describe("signals", () => {
  test("typing is passed on for the user by the gateway and never answered", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    type(alice, "BOB");
    await gateway.settle();
    expect(alice.frames()).toEqual([]);
    expect(gateway.services.calls("presence.SignalTyping")).toMatchObject([{
      request: { receiverId: "bob", ended: false },
      context: { app: "one", caller: { kind: "internal", peer: "gateway", onBehalfOf: "alice" } },
    }]);
  });

  test("a start passes once in 3 s for a conversation, an end once after it; the rest is dropped and counted", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    type(alice, "bob", true);
    for (let count = 0; count < 3; count += 1) type(alice, "bob");
    type(alice, "carol");
    for (let count = 0; count < 2; count += 1) type(alice, "bob", true);
    await gateway.clock.advance(3_000);
    type(alice, "bob");
    await gateway.settle();
    const passed = gateway.services.calls("presence.SignalTyping").map(({ request }) => {
      const { receiverId, ended } = request as { receiverId: string; ended: boolean };
      return `${receiverId} ${ended ? "ends" : "starts"}`;
    });
    expect(passed).toEqual(["bob starts", "carol starts", "bob ends", "bob starts"]);
    expect(await dropped(gateway, "rate")).toBe(4);
  });

  test("signals to a group pass from members only", async () => {
    const gateway = new ScriptedGateway();
    gateway.services.groupsOf.set("alice", ["g1"]);
    const alice = await gateway.login("alice");
    type(alice, "g1", false, ReceiverType.GROUP);
    type(alice, "g2", false, ReceiverType.GROUP);
    transient(alice, "g2", ReceiverType.GROUP);
    await gateway.settle();
    expect(gateway.services.calls("presence.SignalTyping").length).toBe(1);
    expect(gateway.services.calls("presence.SendTransient").length).toBe(0);
    expect(await dropped(gateway, "notMember")).toBe(2);
  });

  test("ten transient messages a second pass, more are dropped and counted", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    for (let count = 0; count < 15; count += 1) transient(alice, "bob");
    await gateway.clock.advance(500);
    for (let count = 0; count < 10; count += 1) transient(alice, "bob");
    await gateway.settle();
    expect(gateway.services.calls("presence.SendTransient").length).toBe(15);
    expect(await dropped(gateway, "rate")).toBe(10);
  });

  test("malformed receivers and a failing presence service are counted and harm nothing", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    type(alice, "no such id!");
    type(alice, "bob", false, ReceiverType.UNSPECIFIED);
    gateway.services.on("presence.SignalTyping", () => { throw fail("ERR_OPERATION_FAILED"); });
    type(alice, "bob");
    await gateway.settle();
    expect([await dropped(gateway, "malformed"), await dropped(gateway, "presence")]).toEqual([2, 1]);
    expect([alice.frames(), gateway.log.unexpected]).toEqual([[], []]);
  });

  test("a connection that types in very many conversations is remembered in bounded space", async () => {
    const gateway = new ScriptedGateway({ gatewayFramesBurst: 1_000 });
    const alice = await gateway.login("alice");
    for (let number = 0; number < 200; number += 1) type(alice, `user-${number}`);
    await gateway.settle();
    expect(gateway.services.calls("presence.SignalTyping").length).toBe(200);
    type(alice, "user-199");
    await gateway.settle();
    expect(gateway.services.calls("presence.SignalTyping").length).toBe(200);
  });
});
