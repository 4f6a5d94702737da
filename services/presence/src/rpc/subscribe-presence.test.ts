import { expect, it } from "vitest";
import { as, connection, gateway, place } from "../testing/place.js";

it("answers the present statuses of the users subscribed to", async () => {
  const { client } = place();
  await client.replaceConnections({ gatewayId: "g1", number: 1, connections: [connection("bob")] }, gateway);
  const { presences } = await client.subscribePresence({ uids: ["BOB", "carol"] }, as("alice"));
  expect(presences.map(({ uid, online }) => [uid, online])).toEqual([["bob", true], ["carol", false]]);
});
