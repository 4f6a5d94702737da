import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "@parlance/platform/time";
import { accountsOf, FakeGateway, type Fault } from "../testing/fake-gateway.js";
import { runGroup } from "./group.js";
import { runPairs } from "./pairs.js";

const clock = systemClock();
const common = { serverPid: 0, text: "hello", warmupMs: 20, windowMs: 100, drainMs: 200 };

describe("the load", () => {
  let gateway: FakeGateway | undefined;

  afterEach(async () => {
    await gateway?.stop();
  });

  async function pairs(fault: Fault) {
    gateway = await FakeGateway.start(fault);
    return runPairs({ kind: "pairs", ...common, target: gateway.target, accounts: accountsOf("user", 4) }, clock);
  }

  async function group(fault: Fault, perSecond: number) {
    gateway = await FakeGateway.start(fault);
    const accounts = accountsOf("member", 5);
    return runGroup({ kind: "group", ...common, target: gateway.target, guid: "crowd", accounts, perSecond }, clock);
  }

  it("of pairs counts messages that are acked and received, within the window only", async () => {
    const measured = await pairs("none");
    expect(measured.errors).toEqual({});
    expect(measured.count).toBeGreaterThan(0);
    expect(measured.count).toBeLessThan(gateway!.messages);
    expect(Object.keys(measured.latencies).sort()).toEqual(["ack", "ack to delivery", "delivery"]);
  });

  it("of pairs notices a message that never reaches the peer", async () => {
    expect((await pairs("lose an event")).errors).toEqual({ lost: 1 });
  });

  it("of pairs notices an ack and a row that do not agree", async () => {
    expect((await pairs("wrong seq")).errors).toMatchObject({ "ack and row differ": 1 });
  });

  it("of pairs notices a row that comes twice", async () => {
    expect((await pairs("repeat an event")).errors).toMatchObject({ "wrong row": 1 });
  });

  it("of pairs counts a refusal and goes on", async () => {
    const measured = await pairs("refuse");
    expect(measured.errors).toEqual({ ERR_TOO_MANY_REQUESTS: 1 });
    expect(measured.count).toBeGreaterThan(0);
  });

  it("of a group times the last member and counts deliveries to all others", async () => {
    const measured = await group("none", 0);
    expect(measured.errors).toEqual({});
    expect(measured.latencies["last member"]?.count).toBeGreaterThan(0);
    expect(measured.more["deliveries/s"]).toBeGreaterThan(0);
  });

  it("of a group at a rate says what was offered", async () => {
    const measured = await group("none", 200);
    expect(measured).toMatchObject({ loop: "open", offeredPerSecond: 200, errors: {} });
  });

  it("of a group notices members that never hear of a message", async () => {
    expect((await group("lose an event", 0)).errors).toEqual({ lost: 1 });
  });
});
