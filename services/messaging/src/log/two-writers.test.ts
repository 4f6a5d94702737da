import { seededRandom, systemRandom } from "@parlance/platform/random";
import { ManualClock, systemClock } from "@parlance/platform/time";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BreakableLogStore, type Break } from "../testing/breakable-log-store.js";
import { NO_FAULTS, type Faults } from "../testing/faulty-log-store.js";
import { LogWorld, type Step, type WorldParts } from "../testing/log-world.js";
import { CallsUnderWay, mongoAddress, openMongoBench, type MongoBench } from "../store/mongo/testing/mongo-bench.js";
import { openStores, type OpenedStores } from "../testing/open-store.js";

const RUNS = 500;
const MONGO_RUNS = 40;
const TIME_MAX_MS = 60_000;

const small = (max: number) => fc.nat({ max });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({
    do: fc.constant("send" as const), writer: small(1), log: small(1), sender: small(1),
    muid: fc.option(small(7), { nil: undefined }), countable: fc.boolean(), otherText: fc.nat({ max: 9 }).map((n) => n === 0),
  }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("edit" as const, "delete" as const), writer: small(1), target: small(9), sender: small(1) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("read" as const), log: small(1), reader: small(2), after: small(5) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: small(300) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const), writer: small(1), log: small(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("jump" as const), ms: fc.integer({ min: -600_000, max: 600_000 }) }) },
);
const steps = fc.array(step, { minLength: 20, maxLength: 150, size: "max" });
const chance = (max: number) => fc.double({ min: 0, max, noNaN: true });
const faults: fc.Arbitrary<Faults> = fc.record({
  delayMaxMs: fc.constantFrom(0, 20, 500), failure: chance(0.1), lostAnswer: chance(0.2), lostRequest: chance(0.1),
  partial: chance(0.15), late: chance(0.1), fence: chance(0.1), endsFailure: chance(0.1),
});

async function violationsOf(parts: WorldParts, of: readonly Step[]): Promise<readonly string[]> {
  const world = new LogWorld(parts);
  await world.run(of);
  await world.settle();
  return (await world.violations()).map(({ invariant, text }) => `${invariant}: ${text}`);
}

describe("two writers that both own the same conversations", () => {
  let opened: OpenedStores;
  let runs = 0;

  beforeAll(async () => {
    opened = await openStores();
  });
  afterAll(() => opened.sqlite.stop());

  test("keep I1, I2, I3, I6, I8, I9, I11 and I12 over a store that delays, fails and loses answers (500 seeded runs)", async () => {
    const seed = systemRandom().int(2 ** 31);
    process.stdout.write(`two writers: seed ${seed}\n`);
    await fc.assert(fc.asyncProperty(fc.nat(), faults, steps, async (chanceSeed, withFaults, of) => {
      const world = {
        app: `run${runs += 1}`, store: opened.logs, history: opened.history, clock: new ManualClock(), seed: chanceSeed, faults: withFaults,
      };
      expect(await violationsOf(world, of)).toEqual([]);
    }), { numRuns: RUNS, seed });
  }, TIME_MAX_MS);

  test("are kept right also by the store in memory that the next tests break", async () => {
    expect(await foundIn(undefined)).toEqual([]);
  });

  describe.each<[Break, RegExp]>([
    ["noFence", /I3/],
    ["noIdempotencyKey", /I2/],
    ["unordered", /I3.*missing/],
    ["ackBeforeCommit", /I1/],
    ["noRecognition", /I[12]/],
  ])("over a store broken on purpose (H4): %s", (broken, expected) => {
    test("turn the suite red", async () => {
      expect((await foundIn(broken)).some((text) => expected.test(text))).toBe(true);
    });
  });
});

const address = mongoAddress();

describe.skipIf(address === undefined)("two writers in two processes over MongoDB", () => {
  let bench: MongoBench;
  let runs = 0;

  beforeAll(async () => {
    bench = await openMongoBench(address!);
  });
  afterAll(() => bench.close());

  test(`keep the same (${MONGO_RUNS} seeded runs)`, async () => {
    const seed = systemRandom().int(2 ** 31);
    process.stdout.write(`two writers over MongoDB: seed ${seed}\n`);
    const calls = new CallsUnderWay();
    const [one, other] = [bench.open(systemClock()), bench.open(systemClock())];
    const parts = { store: calls.over(one.logs), otherStore: calls.over(other.logs), history: calls.over(other.history), quiet: () => calls.none() };
    await fc.assert(fc.asyncProperty(fc.nat(), faults, steps, async (chanceSeed, withFaults, of) => {
      const world = { ...parts, app: `run${runs += 1}`, clock: new ManualClock(), seed: chanceSeed, faults: withFaults };
      expect(await violationsOf(world, of)).toEqual([]);
    }), { numRuns: MONGO_RUNS, seed });
  }, TIME_MAX_MS);
});

/** What the checkers find in some runs over the store in memory. */
async function foundIn(broken: Break | undefined): Promise<readonly string[]> {
  const found: string[] = [];
  const random = seededRandom(7);
  for (const of of fc.sample(steps, { numRuns: 30, seed: 7 })) {
    const clock = new ManualClock();
    const store = new BreakableLogStore(clock, broken);
    const withFaults = { ...NO_FAULTS, delayMaxMs: 20, lostAnswer: 0.2, partial: 0.1, late: 0.1, failure: 0.05, fence: 0.05 };
    found.push(...await violationsOf({ app: "run", store, history: store, clock, seed: random.int(1_000_000), faults: withFaults }, of));
  }
  return found;
}
