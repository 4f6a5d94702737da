import { expect, it } from "vitest";
import { decodeEvent } from "@parlance/platform/eventlog";
import { gateway, opened, place } from "../testing/place.js";

const report = async ({ client }: ReturnType<typeof place>) => {
  await client.replaceConnections({ gatewayId: "g1", number: 0, connections: [] }, gateway);
  await client.reportConnections({ gatewayId: "g1", number: 1, changes: [opened("alice")] }, gateway);
};

it("says at its start that what was told before is void, of no app, and then who is there", async () => {
  const here = place();
  const startedAtMs = here.clock.now();
  await here.service.start();
  await here.clock.advance(1);
  await report(here);
  await here.settle();
  const facts = here.records.filter(({ topic }) => topic === "events");
  expect(facts.map(({ headers }) => headers.kind)).toEqual(["presenceReset", "userStatusChanged"]);
  const [{ key, value, headers }] = facts as [typeof facts[0] & object];
  expect(key).toBe("/s:presence");
  expect(decodeEvent(value, headers.kind)).toMatchObject({ id: headers.id, channel: "s:presence", appId: "", atMs: startedAtMs });
  await here.service.stop();
});

it("starts without the event log and says so when it is back, still before who is there", async () => {
  const here = place();
  here.state.eventsAway = true;
  await here.service.start();
  await report(here);
  await here.settle();
  expect([here.service.idle, here.records.map(({ headers }) => headers.kind)]).toEqual([false, []]);
  here.state.eventsAway = false;
  await here.clock.advance(10_000);
  expect(here.records.filter(({ topic }) => topic === "events").map(({ headers }) => headers.kind)).toEqual(["presenceReset", "userStatusChanged"]);
  expect(here.service.idle).toBe(true);
  await here.service.stop();
});
