import { describe, expect, it } from "vitest";
import { generateRun } from "../model/generate-run.js";
import { PLANTED_FAULTS } from "../model/plant.js";
import { CHECKERS, INVARIANTS } from "./check-all.js";

const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);
const STEPS = 400;

describe("H3: the checkers", () => {
  for (const name of INVARIANTS) {
    it(`${name} accepts clean runs`, () => {
      for (const seed of SEEDS) {
        const { history, dump } = generateRun(seed, STEPS);
        expect(CHECKERS[name](history, dump), `seed ${seed}`).toEqual([]);
      }
    });
  }

  for (const { kind, invariant, plant } of PLANTED_FAULTS) {
    it(`${invariant} flags: ${kind}`, () => {
      let planted = 0;
      for (const seed of SEEDS) {
        const faulty = plant(generateRun(seed, STEPS));
        if (faulty === undefined) continue;
        planted += 1;
        const found = CHECKERS[invariant](faulty.history, faulty.dump);
        expect(found.map((violation) => violation.invariant), `seed ${seed}`).toContain(invariant);
      }
      expect(planted).toBeGreaterThan(0);
    });
  }

  it("have a planted fault each", () => {
    expect(new Set(PLANTED_FAULTS.map(({ invariant }) => invariant))).toEqual(new Set(INVARIANTS));
  });
});
