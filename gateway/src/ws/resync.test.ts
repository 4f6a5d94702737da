import { describe, expect, test } from "vitest";
import { ManualClock } from "@parlance/platform/time";
import { ScriptedGateway } from "../testing/scripted-gateway.js";
import { ScriptedLog } from "../testing/scripted-log.js";

async function lost(sockets: number) {
  const log = new ScriptedLog(2);
  const gateway = new ScriptedGateway({ gatewaySocketsPerUser: 1_000, gatewayUpgradesBurst: 1_000 }, { clock: new ManualClock(), eventLog: log.followed });
  const clients = await Promise.all(Array.from({ length: sockets }, (_, n) => gateway.login("alice", { json: n % 2 === 0 })));
  const told = () => clients.filter((client) => client.frames().some(({ body }) => body?.$case === "resync")).length;
  return { log, gateway, clients, told };
}

describe("a gateway that lost its place in the event log", () => {
  test("asks all sockets to sync, spread over 30 s (E8)", async () => {
    const { log, gateway, told } = await lost(600);
    log.lose(0);
    await gateway.settle();
    expect(told()).toBe(5);
    await gateway.clock.advance(15_000);
    expect(told()).toBe(300);
    await gateway.clock.advance(15_000);
    expect(told()).toBe(295);
    await gateway.clock.advance(60_000);
    expect(told()).toBe(0);
  });

  test("and loses it again asks those again that it asked before", async () => {
    const { log, gateway, told } = await lost(240);
    log.lose(0);
    await gateway.clock.advance(15_000);
    const before = told();
    log.lose(0);
    await gateway.clock.advance(31_000);
    expect([before > 100, told()]).toEqual([true, 240]);
  });

  test("says nothing to sockets that are not welcomed: they sync anyway", async () => {
    const { log, gateway } = await lost(1);
    const fresh = gateway.connect();
    log.lose(0);
    await gateway.clock.advance(1_000);
    expect(fresh.frames()).toEqual([]);
  });
});
