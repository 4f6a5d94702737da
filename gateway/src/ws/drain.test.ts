import { fail } from "@parlance/platform/errors";
import { GetMessageRequest, GetMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import { describe, expect, test } from "vitest";
import { messageRow } from "../testing/bodies.js";
import { ScriptedGateway, type ScriptedClient } from "../testing/scripted-gateway.js";
import { CloseCode } from "./close-codes.js";
import { drain } from "./drain.js";

function draining(gateway: ScriptedGateway, drainMs: number) {
  const { sessions, parts } = gateway.wired;
  const state = { over: false };
  void drain({ sessions, closer: parts.closer, clock: gateway.clock, random: parts.random, drainMs }).then(() => { state.over = true; });
  return state;
}

const waitOf = (client: ScriptedClient) => {
  const body = client.frames().at(-1)?.body;
  return body?.$case === "goodbye" ? body.value.retryAfterMs : 0;
};

const call = { id: 7, body: { $case: "call" as const, value: { method: "messaging.GetMessage", request: GetMessageRequest.encode({ messageId: 7 }).finish() } } };

describe("a drain", () => {
  test("sends everybody away with 4000 at N/60 a second, each with a time of its own of 1 to 30 s (CP4)", async () => {
    const gateway = new ScriptedGateway({ gatewayUpgradesBurst: 10_000 });
    const clients = Array.from({ length: 9_000 }, () => gateway.connect());
    const gone = () => clients.filter(({ socket }) => socket.closedWith?.code === CloseCode.DRAINING).length;
    // As when nobody says hello: their own deadline must not come first.
    for (const { session } of clients) gateway.wired.parts.wheel.cancel(session);
    const state = draining(gateway, 60_000);
    await gateway.clock.advance(30_000);
    expect(gone()).toBeGreaterThan(4_450);
    expect(gone()).toBeLessThan(4_550);
    await gateway.clock.advance(30_000);
    expect([gone(), state.over]).toEqual([9_000, true]);
    const waits = clients.map(waitOf);
    expect([Math.min(...waits) >= 1_000, Math.max(...waits) <= 30_000]).toEqual([true, true]);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(28_000);
  });

  test("takes no longer for few sockets than they need, and lets them come back soon where a laptop restarts", async () => {
    const gateway = new ScriptedGateway();
    const clients = Array.from({ length: 100 }, () => gateway.connect());
    const state = draining(gateway, 5_000);
    await gateway.clock.advance(900);
    expect(state.over).toBe(true);
    expect(Math.max(...clients.map(waitOf))).toBeLessThanOrEqual(2_500);
  });

  test("answers the calls that run before it sends their socket away, and sends what waits", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    let answer = () => undefined as void;
    gateway.services.on("messaging.GetMessage", () => new Promise((resolve) => {
      answer = () => resolve(GetMessageResponse.fromPartial({ message: { id: 7 } }));
    }));
    alice.send(call);
    const state = draining(gateway, 5_000);
    await gateway.clock.advance(1_000);
    expect([alice.frames(), alice.socket.closedWith]).toEqual([[], undefined]);
    answer();
    gateway.publish(gateway.record("u:alice", messageRow("hi")));
    await gateway.clock.advance(200);
    const frames = alice.frames().map(({ body }) => body?.$case);
    expect([new Set(frames), frames.at(-1)]).toEqual([new Set(["event", "result", "goodbye"]), "goodbye"]);
    expect([alice.socket.closedWith?.code, state.over]).toEqual([CloseCode.DRAINING, true]);
  });

  test("waits 5 s for a call and no longer", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    gateway.services.on("messaging.GetMessage", () => new Promise((_, reject) => {
      gateway.clock.after(60_000, () => reject(fail("ERR_MISSION_FAILED")));
    }));
    alice.send(call);
    draining(gateway, 5_000);
    await gateway.clock.advance(4_900);
    expect(alice.socket.closedWith).toBeUndefined();
    await gateway.clock.advance(200);
    expect(alice.socket.closedWith?.code).toBe(CloseCode.DRAINING);
  });

  test("tells each client the place from which it goes on elsewhere", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    draining(gateway, 5_000);
    await gateway.settle();
    expect(alice.frames().at(-1)?.body).toMatchObject({ $case: "goodbye", value: { place: expect.stringMatching(/^v1\./) as string } });
  });
});
