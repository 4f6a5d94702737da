import { fail } from "@parlance/platform/errors";
import { describe, expect, test } from "vitest";
import { ScriptedGateway } from "../testing/scripted-gateway.js";

interface Report { readonly number: number; readonly changes: readonly { readonly closed: boolean; readonly connection: { readonly uid: string } }[] }

const reports = (gateway: ScriptedGateway) => gateway.services.calls("presence.ReportConnections").map(({ request }) => request as Report);
const replaces = (gateway: ScriptedGateway) => gateway.services.calls("presence.ReplaceConnections")
  .map(({ request }) => request as { readonly number: number; readonly connections: readonly { readonly uid: string }[] });

function started(): ScriptedGateway {
  const gateway = new ScriptedGateway();
  gateway.wired.parts.reporter.start();
  return gateway;
}

describe("the presence report", () => {
  test("names each opened and closed connection once, in numbered reports", async () => {
    const gateway = started();
    const alice = await gateway.login("alice", { hello: { deviceId: "phone", platform: "ios" } });
    const bob = await gateway.login("bob");
    alice.leaves();
    bob.leaves();
    await gateway.settle();
    expect(reports(gateway).map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(reports(gateway)[0]?.changes).toMatchObject([{
      closed: false,
      connection: { sessionId: alice.session.id, appId: "one", uid: "alice", deviceId: "phone", platform: "ios", connectedAtMs: alice.session.connectedAtMs },
    }]);
    expect(reports(gateway)[2]?.changes.map(({ closed, connection }) => [closed, connection.uid])).toEqual([[true, "alice"], [true, "bob"]]);
  });

  test("that fails is sent again as it was, in order, and no socket notices", async () => {
    const gateway = started();
    let failures = 3;
    gateway.services.on("presence.ReportConnections", () => {
      failures -= 1;
      if (failures >= 0) throw fail("ERR_OPERATION_FAILED");
      return {};
    });
    const alice = await gateway.login("alice");
    await gateway.login("bob");
    expect(alice.socket.closedWith).toBeUndefined();
    await gateway.clock.advance(60_000);
    expect(reports(gateway).map(({ number, changes }) => [number, changes.length])).toEqual([[1, 1], [1, 1], [1, 1], [1, 1], [2, 1]]);
    expect(gateway.log.unexpected).toEqual([]);
  });

  test("is followed by everything when the service asks for it", async () => {
    const gateway = started();
    await gateway.login("alice");
    gateway.services.on("presence.ReportConnections", () => ({ replaceWanted: true }));
    await gateway.login("bob");
    expect(replaces(gateway)).toMatchObject([{ number: 3, connections: [{ uid: "alice" }, { uid: "bob" }] }]);
    gateway.services.on("presence.ReportConnections", () => ({}));
    await gateway.login("carol");
    expect(reports(gateway).at(-1)).toMatchObject({ number: 4, changes: [{ connection: { uid: "carol" } }] });
  });

  test("that is refused for good is replaced by everything", async () => {
    const gateway = started();
    gateway.services.on("presence.ReportConnections", () => { throw fail("ERR_BAD_REQUEST"); });
    await gateway.login("alice");
    await gateway.clock.advance(5_000);
    expect(replaces(gateway)).toMatchObject([{ connections: [{ uid: "alice" }] }]);
  });

  test("a lease is renewed every 15 s with the number of connections, and may ask for everything", async () => {
    const gateway = started();
    await gateway.login("alice");
    await gateway.clock.advance(30_000);
    expect(gateway.services.calls("presence.RenewLease").map(({ request }) => (request as { connections: number }).connections)).toEqual([1, 1]);
    gateway.services.on("presence.RenewLease", () => ({ replaceWanted: true }));
    await gateway.clock.advance(15_000);
    expect(replaces(gateway)).toMatchObject([{ connections: [{ uid: "alice" }] }]);
  });

  test("is whole again within two leases when presence was killed and comes back without memory (P17)", async () => {
    for (const awayMs of [100, 14_000, 16_000, 40_000]) {
      const gateway = started();
      const known = { connections: undefined as number | undefined, isAway: false };
      const answer = (take: (request: never) => number) => (request: never) => {
        if (known.isAway) throw fail("ERR_OPERATION_FAILED");
        known.connections = take(request);
        return { replaceWanted: Number.isNaN(known.connections) };
      };
      const counted = (change: number) => (known.connections === undefined ? Number.NaN : known.connections + change);
      gateway.services.on("presence.ReportConnections", answer(({ changes }: Report) => counted(changes.reduce((sum, { closed }) => sum + (closed ? -1 : 1), 0))));
      gateway.services.on("presence.RenewLease", answer(() => counted(0)));
      gateway.services.on("presence.ReplaceConnections", answer(({ connections }: { readonly connections: readonly unknown[] }) => connections.length));
      await gateway.login("alice");
      const bob = await gateway.login("bob");
      await gateway.settle();
      expect(known.connections).toBe(2);
      known.isAway = true;
      known.connections = undefined;
      bob.leaves();
      await gateway.login("carol");
      await gateway.login("carol");
      await gateway.clock.advance(awayMs);
      known.isAway = false;
      await gateway.clock.advance(60_000);
      expect(known.connections).toBe(3);
    }
  });

  test("stops when all is told, or when patience ends", async () => {
    const gateway = started();
    const alice = await gateway.login("alice");
    alice.leaves();
    await gateway.wired.parts.reporter.stop(1_000);
    expect(reports(gateway).at(-1)?.changes).toMatchObject([{ closed: true }]);
    const other = started();
    other.services.on("presence.ReportConnections", () => new Promise(() => undefined));
    await other.login("alice");
    const stopped = other.wired.parts.reporter.stop(1_000);
    await other.clock.advance(1_000);
    await stopped;
  });
});
