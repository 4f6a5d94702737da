import { expect, it } from "vitest";
import { as, connection, gateway, opened, place } from "../testing/place.js";

it("takes over the whole truth of a gateway: opens what is new, closes what is not named", async () => {
  const { client, clock, settle, statuses } = place();
  const replace = (number: number, ...connections: ReturnType<typeof connection>[]) =>
    client.replaceConnections({ gatewayId: "g1", number, connections }, gateway);
  await replace(4, connection("alice"), connection("bob"));
  await settle();
  await replace(7, connection("bob"), connection("carol"));
  await clock.advance(10_000);
  expect(statuses()).toEqual(["alice online", "bob online", "carol online", "alice offline"]);
  expect(await client.reportConnections({ gatewayId: "g1", number: 8, changes: [] }, gateway)).toEqual({ replaceWanted: false });
});

it("tells nothing of a user whose connection was replaced by another", async () => {
  const { client, clock, settle, statuses } = place({ presenceOfflineGraceMs: 0 });
  await client.replaceConnections({ gatewayId: "g1", number: 1, connections: [connection("alice")] }, gateway);
  await settle();
  await client.replaceConnections({ gatewayId: "g1", number: 2, connections: [connection("alice", "2")] }, gateway);
  await clock.advance(20_000);
  expect(statuses()).toEqual(["alice online"]);
});

it("passes over connections that name nobody", async () => {
  const { client, statuses, settle } = place();
  const connections = [{ ...connection("alice"), uid: "" }, { ...connection("bob"), appId: "" }];
  await client.replaceConnections({ gatewayId: "g1", number: 1, connections }, gateway);
  await settle();
  expect(statuses()).toEqual([]);
});

it("is for gateways only", async () => {
  const { client } = place();
  await expect(client.replaceConnections({ gatewayId: "g1", number: 1, connections: [] }, as("alice")))
    .rejects.toMatchObject({ name: "AUTH_ERR_NO_ACCESS" });
  await expect(client.reportConnections({ gatewayId: "g1", number: 1, changes: [opened("alice")] }, as("alice")))
    .rejects.toMatchObject({ name: "AUTH_ERR_NO_ACCESS" });
});
