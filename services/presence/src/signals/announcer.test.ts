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

it("a later life voids all that an earlier one told, also what of it comes after the reset (R19)", async () => {
  const earlier = place();
  await earlier.service.start();
  await report(earlier);
  await earlier.settle();
  await earlier.service.stop();
  const later = place();
  await later.clock.advance(earlier.clock.now() - later.clock.now() + 1);
  await later.service.start();
  await report(later);
  await later.settle();
  const factsOf = ({ records }: ReturnType<typeof place>) => records.filter(({ topic }) => topic === "events")
    .map(({ value, headers }) => ({ kind: headers.kind, id: headers.id, atMs: decodeEvent(value, headers.kind).atMs }));
  const [before, after] = [factsOf(earlier), factsOf(later)];
  const [reset, ...statuses] = after;
  expect([reset?.kind, ...statuses.map(({ kind }) => kind)]).toEqual(["presenceReset", "userStatusChanged"]);
  // Identity keeps the time of the newest reset, and goes by that: on Kafka they come in any order.
  for (const { atMs } of before) expect(atMs).toBeLessThan(reset!.atMs);
  for (const { atMs } of statuses) expect(atMs).toBeGreaterThanOrEqual(reset!.atMs);
  expect(new Set([...before, ...after].map(({ id }) => id)).size).toBe(before.length + after.length);
  await later.service.stop();
});
