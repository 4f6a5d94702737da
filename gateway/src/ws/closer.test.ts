import { CloseCode } from "@parlance/proto/gateway/v1/frame";
import { describe, expect, test } from "vitest";
import { messageRow } from "../testing/bodies.js";
import { ScriptedGateway } from "../testing/scripted-gateway.js";

const large = messageRow("x".repeat(10_000));

async function flood(gateway: ScriptedGateway, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; sent += 10_000) {
    gateway.publish(gateway.record("g:g1", large));
    await gateway.settle();
  }
}

describe("a slow reader", () => {
  test("is told goodbye with 4001 above 256 KiB and closed when its buffer drains; others get everything (Q3)", async () => {
    const gateway = new ScriptedGateway();
    for (const uid of ["alice", "bob"]) gateway.services.groupsOf.set(uid, ["g1"]);
    const alice = await gateway.login("alice");
    const bob = await gateway.login("bob");
    alice.socket.stalled = true;
    await flood(gateway, 300_000);
    expect(bob.events().length).toBe(30);
    const frames = alice.frames();
    expect(frames.at(-1)?.body).toMatchObject({ $case: "goodbye", value: { code: CloseCode.TOO_SLOW } });
    // Nothing was skipped before goodbye.
    expect(frames.length - 1).toBeGreaterThanOrEqual(26);
    expect(alice.socket.gone).toBe(false);
    alice.socket.bufferedBytes = 0;
    gateway.handlers.drained(alice.socket);
    expect(alice.socket.closedWith?.code).toBe(CloseCode.TOO_SLOW);
  });

  test("that never drains is cut after 2 s, and its session is gone at once", async () => {
    const gateway = new ScriptedGateway();
    gateway.services.groupsOf.set("alice", ["g1"]);
    const alice = await gateway.login("alice");
    alice.socket.stalled = true;
    await flood(gateway, 300_000);
    expect(gateway.wired.parts.interest.size).toBe(0);
    await gateway.clock.advance(1_500);
    expect(alice.socket.terminated).toBe(false);
    await gateway.clock.advance(1_000);
    expect(alice.socket.terminated).toBe(true);
    expect(gateway.wired.sessions.size).toBe(0);
  });

  test("whose frame the library dropped is closed with 4001, never skipped", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    alice.socket.dropping = true;
    gateway.publish(gateway.record("u:alice", messageRow("hi")));
    await gateway.settle();
    expect(alice.socket.closedWith?.code).toBe(CloseCode.TOO_SLOW);
  });
});

describe("closing", () => {
  test("a closed session gets nothing more and is reported once", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    gateway.wired.parts.closer.close(alice.session, CloseCode.REBALANCED, "moved");
    gateway.wired.parts.closer.close(alice.session, CloseCode.DRAINING, "again");
    alice.leaves();
    gateway.publish(gateway.record("u:alice", messageRow("hi")));
    alice.send({ id: 1, body: { $case: "ping", value: {} } });
    await gateway.settle();
    expect(alice.frames().map(({ body }) => body?.$case)).toEqual(["goodbye"]);
    expect(alice.socket.closedWith).toEqual({ code: CloseCode.REBALANCED, reason: "moved" });
    const reports = gateway.services.calls("presence.ReportConnections").map(({ request }) => (request as { changes: unknown[] }).changes.length);
    expect(reports).toEqual([1, 1]);
  });

  test("a reason that does not fit into a close frame is cut, goodbye has it whole", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    const reason = `${"x".repeat(119)}üüü`;
    gateway.wired.parts.closer.close(alice.session, CloseCode.BAD_STATE, reason);
    expect(Buffer.byteLength(alice.socket.closedWith?.reason ?? "")).toBeLessThanOrEqual(123);
    expect(alice.frames().at(-1)?.body).toMatchObject({ value: { reason } });
  });

  test("what was on its way to a session goes out before goodbye", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    alice.send({ id: 1, body: { $case: "ping", value: {} } });
    gateway.wired.parts.closer.close(alice.session, CloseCode.LOGGED_OUT, "logged out");
    expect(alice.frames().map(({ body }) => body?.$case)).toEqual(["pong", "goodbye"]);
  });

  test("thousands of sessions that come and go leave nothing behind", async () => {
    const gateway = new ScriptedGateway({ gatewayUpgradesBurst: 10_000 });
    gateway.services.groupsOf.set("alice", ["g1", "g2"]);
    for (let round = 0; round < 200; round += 1) {
      const client = await gateway.login("alice", { json: round % 2 === 0, hello: { background: round % 3 === 0 } });
      client.leaves();
    }
    await gateway.settle();
    expect([gateway.wired.sessions.size, gateway.wired.parts.interest.size]).toEqual([0, 0]);
  });
});
