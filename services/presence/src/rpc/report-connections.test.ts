import { expect, it } from "vitest";
import { APP, as, closed, connection, gateway, opened, place } from "../testing/place.js";

async function known(settings = {}) {
  const parts = place(settings);
  await parts.client.replaceConnections({ gatewayId: "g1", number: 0, connections: [] }, gateway);
  let number = 0;
  const report = (...changes: ReturnType<typeof opened>[]) => {
    number += 1;
    return parts.client.reportConnections({ gatewayId: "g1", number, changes }, gateway);
  };
  return { ...parts, report };
}

it("tells watchers and identity when the first connection of a user opens, and not for the second", async () => {
  const { report, settle, events, statuses, records } = await known();
  await report(opened("alice"), opened("alice", "2"));
  await settle();
  const online = { $case: "presenceChanged", value: { user: { id: "alice", name: "ALICE" }, online: true, lastActiveAtMs: 0 } };
  expect(events(`${APP}/p:all`)).toMatchObject([{ channel: "p:all", body: online }]);
  expect(events(`${APP}/p:u:alice`)).toMatchObject([{ channel: "p:u:alice", body: online }]);
  expect(events(`${APP}/s:user:alice`)).toMatchObject([{ appId: APP }]);
  expect(statuses()).toEqual(["alice online"]);
  expect(records.map(({ topic, headers }) => [topic, headers.kind, headers.except])).toEqual([
    ["live", "presenceChanged", "alice"], ["live", "presenceChanged", "alice"], ["events", "userStatusChanged", undefined],
  ]);
});

it("shows a user as offline 10 s after the last connection closed, active when it closed", async () => {
  const { report, clock, statuses, client } = await known();
  await report(opened("alice"), opened("alice", "2"));
  await report(closed("alice"));
  await clock.advance(20_000);
  const closedAt = clock.now();
  await report(closed("alice", "2"));
  await clock.advance(9_999);
  expect(statuses()).toEqual(["alice online"]);
  await clock.advance(1);
  expect(statuses()).toEqual(["alice online", "alice offline"]);
  const { presences } = await client.getPresence({ uids: ["alice"] }, as("bob"));
  expect(presences).toEqual([{ uid: "alice", online: false, lastActiveAtMs: closedAt }]);
});

it("tells nothing when a user is back within the grace", async () => {
  const { report, clock, statuses } = await known();
  await report(opened("alice"));
  await report(closed("alice"));
  await clock.advance(9_000);
  await report(opened("alice", "2"));
  await clock.advance(20_000);
  expect(statuses()).toEqual(["alice online"]);
});

it("shows a user as offline at once when the last connection was closed for good", async () => {
  const { report, settle, statuses } = await known();
  await report(opened("alice"));
  await report(closed("alice", "1", true));
  await settle();
  expect(statuses()).toEqual(["alice online", "alice offline"]);
});

it("ignores a repeat, and asks for everything after a gap and from a gateway it does not know", async () => {
  const { client, settle } = await known();
  const report = (gatewayId: string, number: number, ...changes: ReturnType<typeof opened>[]) =>
    client.reportConnections({ gatewayId, number, changes }, gateway);
  expect(await report("g1", 1, opened("alice"))).toEqual({ replaceWanted: false });
  expect(await report("g1", 1, closed("alice", "1", true))).toEqual({ replaceWanted: false });
  expect(await report("g1", 3, opened("bob"))).toEqual({ replaceWanted: true });
  expect(await report("g2", 1, opened("carol"))).toEqual({ replaceWanted: true });
  await settle();
  const { presences } = await client.getPresence({ uids: ["alice", "bob", "carol"] }, as("dave"));
  expect(presences.map(({ online }) => online)).toEqual([true, false, false]);
});

it("repeats statuses to identity until the event log takes them, the newest only", async () => {
  const { report, clock, state, statuses } = await known();
  state.eventsAway = true;
  await report(opened("alice"), opened("bob"));
  await clock.advance(10);
  await report(closed("bob", "1", true));
  await report({ ...opened("bob"), connection: connection("bob", "2") });
  await report(closed("bob", "2", true));
  expect(statuses()).toEqual([]);
  state.eventsAway = false;
  await clock.advance(5_000);
  expect(statuses()).toEqual(["alice online", "bob online", "bob offline"]);
});

it("tells the uid alone while identity is away", async () => {
  const { report, settle, state, events } = await known();
  state.identityAway = true;
  await report(opened("alice"));
  await settle();
  expect(events(`${APP}/p:all`)).toMatchObject([{ body: { value: { user: { id: "alice", name: "" } } } }]);
});
