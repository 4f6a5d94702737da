// F10: records that nobody can read, among good ones.
import { afterEach, describe, expect, it } from "vitest";
import { eventLogModule, type EventLog, type LogRecord } from "@parlance/platform/eventlog";
import { groupConsumer, groupSqliteModule } from "@parlance/group";
import { identityConsumer, identitySqliteModule } from "@parlance/identity";
import { messagingConsumer, messagingSqliteModule } from "@parlance/messaging";
import { createMetrics } from "@parlance/platform/metrics";
import { seededRandom, type Random } from "@parlance/platform/random";
import { ManualClock } from "@parlance/platform/time";
import { Event } from "@parlance/proto/event/v1/event";
import { whileTimePasses } from "./kit/manual-settle.js";
import type { Society } from "./kit/pairs.js";
import { toGroup } from "./kit/places.js";
import { RecordedRun } from "./kit/recorded-run.js";

const society: Society = {
  uids: ["alice", "bob", "carol"], pairs: [], groups: [{ guid: "book-club", members: ["alice", "bob", "carol"] }],
};
const CLUB = toGroup("book-club");
const SEED = 10;
const DEPTH = 10_000;
const MODULES = [
  eventLogModule, identitySqliteModule, groupSqliteModule, messagingSqliteModule, new URL("./kit/tables-module.js", import.meta.url),
];
const GROUPS = [identityConsumer, groupConsumer, messagingConsumer];

let run: RecordedRun | undefined;
const clock = new ManualClock();

afterEach(async () => {
  if (run !== undefined) await whileTimePasses(clock, run.stop());
});

/** What stands where an encoded event should. */
function unreadable(random: Random): Readonly<Record<string, Uint8Array>> {
  const good = Event.encode(Event.fromPartial({ id: "x", channel: "s:messaging", body: { $case: "typing", value: {} } })).finish();
  return {
    nothing: new Uint8Array(0),
    noise: random.bytes(300),
    truncated: good.subarray(0, good.length - 1),
    anotherKind: good,
    deepJson: Buffer.from("[".repeat(DEPTH) + "]".repeat(DEPTH)),
    nestedGroups: Buffer.alloc(40_000, 0x5b),
    hugeLength: Buffer.from([0xa2, 0x01, 0xff, 0xff, 0xff, 0xff, 0x0f]),
  };
}

/** Events that can be read and make no sense; the consumers may refuse them or find nothing to do. */
function senseless(app: string): readonly LogRecord[] {
  const deep = "[".repeat(DEPTH) + "]".repeat(DEPTH);
  const bodies: readonly NonNullable<Event["body"]>[] = [
    { $case: "userChanged", value: { user: undefined } },
    ...["{", deep, '{"__proto__":{"x":1}}'].map((metadataJson) => Event.fromPartial({
      body: { $case: "userChanged", value: { user: { uid: "nobody-there", metadataJson } } },
    }).body!),
    Event.fromPartial({ body: { $case: "membershipChanged", value: { guid: "", version: -1 } } }).body!,
    Event.fromPartial({ body: { $case: "userStatusChanged", value: { uid: "" } } }).body!,
    Event.fromPartial({ body: { $case: "groupChanged", value: {} } }).body!,
  ];
  return bodies.map((body, index) => record(`${app}/s:senseless${index}`, body.$case, `senseless-${index}`,
    Event.encode({ id: "", channel: "", atMs: 0, replayed: false, appId: app, body }).finish()));
}

function record(key: string, kind: string, id: string, value: Uint8Array): LogRecord {
  return { topic: "events", key, value, headers: { id, kind } };
}

describe("F10: records of the event log that cannot be read", () => {
  it("become dead letters of their consumers, are counted by the gateway, and hold nothing else up (I1, I2, I3, I5, I9)", async () => {
    const metrics = createMetrics();
    let eventLog: EventLog | undefined;
    run = await RecordedRun.start(society, {
      clock, metrics, sqlite: { modules: MODULES },
      wrapEventLog: (log) => (eventLog = log),
    });
    const { platform, prepared: { app } } = run;
    platform.log.expectError("a record is no event");
    const [alice, bob, carol] = [await run.connect("alice"), await run.connect("bob"), await run.connect("carol")];
    let good = 0;
    const goodOne = async (): Promise<void> => {
      good += 1;
      expect((await alice.send({ place: CLUB, muid: `good-${good}`, text: `text ${good}` })).outcome).toBe("ok");
    };
    const values = Object.entries(unreadable(seededRandom(SEED)));
    const consumed = ["membershipChanged", "userChanged", "groupChanged", "userStatusChanged"];
    for (const [name, value] of values) {
      // The same channels as the good ones: their lanes must go on.
      for (const kind of consumed) await eventLog!.append([record(`${app}/s:messaging`, kind, `poison-${name}-${kind}`, value)]);
      for (const kind of ["row", "memberRow"]) await eventLog!.append([record(`${app}/g:${CLUB.id}`, kind, `poison-${name}-${kind}`, value)]);
      for (const kind of ["sessionEnded", "presenceChanged"]) await eventLog!.append([record(`${app}/u:bob`, kind, `poison-${name}-${kind}`, value)]);
      await goodOne();
    }
    await eventLog!.append(senseless(app));
    await expect(eventLog!.append([record(`${app}/g:${CLUB.id}`, "row", "poison-oversize", new Uint8Array(1024 * 1024 + 1))]))
      .rejects.toMatchObject({ name: "ERR_PAYLOAD_TOO_LARGE" });
    await goodOne();
    await whileTimePasses(clock, run.settle());

    const letters = await platform.platform.sqlite.read<{ eventlog_dead: readonly string[] }>("tables.all", ["eventlog_dead"]);
    for (const kind of consumed) {
      const readers = GROUPS.filter(({ kinds }) => kinds.includes(kind)).length;
      for (const [name] of values) {
        const buried = letters.eventlog_dead.filter((letter) => letter.includes(`"poison-${name}-${kind}"`)).length;
        expect([name, kind, buried]).toEqual([name, kind, readers]);
      }
    }
    for (const { name } of GROUPS) expect([name, await eventLog!.lag(name)]).toEqual([name, 0]);
    const counted = /^parlance_gateway_poison_records_total (\d+)$/m.exec(await metrics.text())?.[1];
    expect(Number(counted)).toBeGreaterThan(values.length);
    expect(bob.isConnected && carol.isConnected).toBe(true);
    expect([alice, bob, carol].map((client) => client.through(CLUB))).toEqual(Array(3).fill(good + HEAD_OF_NEW_GROUP));
    expect(await whileTimePasses(clock, run.judge({ fault: "F10 poison records", seed: SEED }, ["I1", "I2", "I3", "I5", "I9"]))).toEqual([]);
  }, 60_000);
});

/** The two members who were added when the group was made. */
const HEAD_OF_NEW_GROUP = 2;
