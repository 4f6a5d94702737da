import { expect, it } from "vitest";
import { as, connection, gateway, place, SHOP } from "../testing/place.js";

it("counts users, not connections, of the caller's app", async () => {
  const { client } = place();
  const connections = [connection("alice"), connection("alice", "2"), connection("bob"), connection("carol", "1", SHOP)];
  await client.replaceConnections({ gatewayId: "g1", number: 1, connections }, gateway);
  expect(await client.getOnlineUserCount({}, as("alice"))).toEqual({ count: 2 });
  expect(await client.getOnlineUserCount({}, as("carol", SHOP))).toEqual({ count: 1 });
});
