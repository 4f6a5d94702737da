import { expect, it } from "vitest";
import { as, connection, gateway, place, SHOP } from "../testing/place.js";

it("answers statuses in the order asked, of the caller's app only", async () => {
  const { client } = place();
  const connections = [connection("bob"), connection("carol", "1", SHOP)];
  await client.replaceConnections({ gatewayId: "g1", number: 1, connections }, gateway);
  const { presences } = await client.getPresence({ uids: ["carol", "bob", "nobody"] }, as("alice"));
  expect(presences).toEqual([
    { uid: "carol", online: false, lastActiveAtMs: 0 },
    { uid: "bob", online: true, lastActiveAtMs: 0 },
    { uid: "nobody", online: false, lastActiveAtMs: 0 },
  ]);
});
