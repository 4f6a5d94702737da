// F7: every record of the event log comes twice.
import { afterEach, describe, expect, it } from "vitest";
import { duplicatingLog, eventLogModule, type EventLog } from "@parlance/platform/eventlog";
import { groupSqliteModule } from "@parlance/group";
import { identitySqliteModule } from "@parlance/identity";
import { messagingSqliteModule } from "@parlance/messaging";
import { seededRandom } from "@parlance/platform/random";
import { ManualClock } from "@parlance/platform/time";
import { busyDay, busySociety, START_MS } from "./kit/busy-day.js";
import { whileTimePasses } from "./kit/manual-settle.js";
import { placesOf, type Society } from "./kit/pairs.js";
import { RecordedRun } from "./kit/recorded-run.js";

const SEED = 7;
const PREFIXES = ["identity_", "group_", "messaging_"];
const MODULES = [
  eventLogModule, identitySqliteModule, groupSqliteModule, messagingSqliteModule, new URL("./kit/tables-module.js", import.meta.url),
];

let run: RecordedRun | undefined;
let clock: ManualClock | undefined;

afterEach(async () => {
  if (run !== undefined && clock !== undefined) await whileTimePasses(clock, run.stop());
});

describe("F7: an event log that gives every record twice", () => {
  it("leaves stores and clients byte-equal to a run without, and shows nothing twice (I2, I3, I5, I9)", async () => {
    const plain = await day((log) => log);
    const doubled = await day((log) => duplicatingLog(log));
    expect(doubled.deliveries).toBeGreaterThan(plain.deliveries);
    expect(doubled.stores).toEqual(plain.stores);
    expect(doubled.clients).toEqual(plain.clients);
    expect(plain.rows).toBeGreaterThan(20);
    expect(doubled.violations).toEqual([]);
  }, 60_000);
});

/** What is left of one busy day. */
async function day(wrapEventLog: (log: EventLog) => EventLog) {
  clock = new ManualClock(START_MS);
  run = await RecordedRun.start(busySociety, { clock, random: seededRandom(SEED), wrapEventLog, sqlite: { modules: MODULES } });
  await busyDay(run, clock);
  const after: Society = { ...busySociety, groups: [{ guid: "book-club", members: ["bob"] }] };
  const violations = await whileTimePasses(clock, run.judge({ fault: "F7 every record twice", seed: SEED }, ["I2", "I3", "I5", "I9"], after));
  const { history } = run;
  const left = {
    stores: await run.platform.platform.sqlite.read<Record<string, readonly unknown[]>>("tables.all", PREFIXES),
    clients: run.clients.map((client) => ({
      name: client.name,
      shown: history.filter((entry) => entry.op === "shown" && entry.client === client.name).map(({ args, value }) => ({ args, value })),
      through: placesOf(after, client.uid).map((place) => client.through(place)),
    })),
    deliveries: history.filter(({ op }) => op === "deliver").length,
    violations,
  };
  await whileTimePasses(clock, run.stop());
  run = undefined;
  return { ...left, rows: left.stores["messaging_rows"]?.length ?? 0 };
}
