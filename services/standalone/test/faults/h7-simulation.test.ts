// H7: all services in one process on a manual clock, with chance from a seed; a store and an event log that delay, lose
// answers, drop, double and reorder; devices that come and go. A failing run is shrunk to the few steps that matter.
import { afterEach, describe, expect, it } from "vitest";
import fc from "fast-check";
import { systemRandom } from "@parlance/platform/random";
import { formatFaultTable } from "@parlance/platform/testing";
import { whileTimePasses } from "./kit/manual-settle.js";
import { withoutDedupe } from "./kit/over-store.js";
import { commands } from "./sim/commands.js";
import { SimPlatform } from "./sim/sim-platform.js";
import { SimWorld } from "./sim/sim-world.js";

const RUNS = 500;
const STEPS = 200;
const TIME_MAX_MS = 150_000;

/** A broken store shows itself long before. */
const RED_WITHIN_RUNS = 20;

let sim: SimPlatform | undefined;

afterEach(async () => {
  if (sim !== undefined) await whileTimePasses(sim.clock, sim.platform.stop());
  sim = undefined;
});

describe("H7: a simulated platform", () => {
  it(`keeps I1 to I13 and I15 in ${RUNS} seeded runs of ${STEPS} operations each`, async () => {
    const on = (sim = await SimPlatform.start());
    const seed = systemRandom().int(2 ** 31);
    const total = { fault: `H7 simulation, ${RUNS} × ${STEPS}`, acked: 0, lost: 0, doubled: 0, inversions: 0, holes: 0, other: 0, recoveredMs: undefined, seed };
    await fc.assert(
      fc.asyncProperty(fc.nat(), commands(STEPS), async (chance, script) => {
        const { violations, row } = await new SimWorld(on, chance).run(script);
        total.acked += row.acked;
        expect(violations.map(({ invariant, text }) => `${invariant}: ${text}`)).toEqual([]);
      }),
      // Shrinking a failure must not end in a time-out that hides it.
      { numRuns: RUNS, seed, interruptAfterTimeLimit: TIME_MAX_MS, markInterruptAsFailure: true },
    );
    process.stdout.write(`\n${formatFaultTable([total])}\n`);
  }, 180_000);

  it("turns red over a store without idempotency key (H4)", async () => {
    const on = (sim = await SimPlatform.start(withoutDedupe));
    const found = new Set<string>();
    for (const [chance, script] of fc.sample(commands(STEPS), { numRuns: RED_WITHIN_RUNS, seed: 4 }).entries()) {
      if (!found.has("I2")) for (const { invariant } of (await new SimWorld(on, chance).run(script)).violations) found.add(invariant);
    }
    expect(found).toContain("I2");
  }, 60_000);
});
