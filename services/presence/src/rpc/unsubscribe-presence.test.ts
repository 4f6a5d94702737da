import { expect, it } from "vitest";
import { as, place } from "../testing/place.js";

it("answers without effect: the gateway keeps the interest set", async () => {
  const { client } = place();
  expect(await client.unsubscribePresence({ uids: ["bob"] }, as("alice"))).toEqual({});
});
