import { expect, it } from "vitest";
import { as, connection, gateway, place } from "../testing/place.js";

const names = Array.from({ length: 60 }, (_, index) => `user${index}`);

async function full() {
  const parts = place();
  const connections = names.map((name) => connection(name));
  await parts.client.replaceConnections({ gatewayId: "g1", number: 1, connections }, gateway);
  const count = async () => (await parts.client.getOnlineUserCount({}, as("alice"))).count;
  const renew = (gatewayId = "g1", connected = names.length) =>
    parts.client.renewLease({ gatewayId, connections: connected }, gateway);
  return { ...parts, count, renew };
}

it("keeps the users of a gateway online as long as it renews", async () => {
  const { clock, renew, count } = await full();
  for (let turn = 0; turn < 10; turn += 1) {
    await clock.advance(15_000);
    expect(await renew()).toEqual({ replaceWanted: false });
  }
  expect(await count()).toBe(60);
});

it("R17 lets the users of a lost gateway go in slices over 30 s, all within 60 s", async () => {
  const { clock, count } = await full();
  await clock.advance(29_999);
  expect(await count()).toBe(60);
  await clock.advance(1);
  expect(await count()).toBe(58);
  await clock.advance(10_000);
  expect(await count()).toBe(38);
  await clock.advance(20_000);
  expect(await count()).toBe(0);
});

it("R17 never shows those as offline who are back on another gateway", async () => {
  const { clock, client, statuses, count } = await full();
  await clock.advance(15_000);
  const moved = names.slice(0, 30).map((name) => connection(name, "2"));
  await client.replaceConnections({ gatewayId: "g2", number: 1, connections: moved }, gateway);
  for (let turn = 0; turn < 4; turn += 1) {
    await client.renewLease({ gatewayId: "g2", connections: 30 }, gateway);
    await clock.advance(15_000);
  }
  expect(await count()).toBe(30);
  expect(statuses().filter((status) => status.endsWith("offline"))).toHaveLength(30);
  expect(statuses()).not.toContain("user0 offline");
});

it("asks a gateway that comes back late for everything, and shows the rest of its users as never gone", async () => {
  const { clock, client, renew, statuses, count } = await full();
  await clock.advance(35_000);
  expect(await renew()).toEqual({ replaceWanted: true });
  expect(await client.reportConnections({ gatewayId: "g1", number: 2, changes: [] }, gateway)).toEqual({ replaceWanted: true });
  const connections = names.map((name) => connection(name));
  await client.replaceConnections({ gatewayId: "g1", number: 2, connections }, gateway);
  await clock.advance(15_000);
  expect(await renew()).toEqual({ replaceWanted: false });
  expect(await count()).toBe(60);
  expect(statuses().filter((status) => status.endsWith("offline"))).toHaveLength(12);
});

it("asks for everything when the numbers differ or the gateway is not known", async () => {
  const { renew } = await full();
  expect(await renew("g1", 59)).toEqual({ replaceWanted: true });
  expect(await renew("g2")).toEqual({ replaceWanted: true });
});

it("leaves no timer behind when it stops", async () => {
  const { clock, service, client, settle } = await full();
  await client.replaceConnections({ gatewayId: "g2", number: 1, connections: [] }, gateway);
  await client.replaceConnections({ gatewayId: "g1", number: 1, connections: [] }, gateway);
  await settle();
  expect(service.idle).toBe(true);
  await service.stop();
  expect(clock.pendingTimers).toBe(0);
});
