import { describe, expect, it } from "vitest";
import type { OperationName } from "../history.js";
import { generateRun } from "../model/generate-run.js";
import { PLANTED_FAULTS } from "../model/plant.js";
import { CHECKERS, INVARIANTS } from "./check-all.js";

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
const STEPS = 400;

describe("H3: the checkers", () => {
  // Checkers and planting change nothing, so all tests share the runs.
  const runs = SEEDS.map((seed) => ({ seed, run: generateRun(seed, STEPS) }));

  for (const name of INVARIANTS) {
    it(`${name} accepts clean runs`, () => {
      for (const { seed, run } of runs) {
        expect(CHECKERS[name](run.history, run.dump), `seed ${seed}`).toEqual([]);
      }
    });
  }

  for (const { kind, invariant, plant } of PLANTED_FAULTS) {
    it(`${invariant} flags: ${kind}`, () => {
      let planted = 0;
      for (const { seed, run } of runs) {
        const faulty = plant(run);
        if (faulty === undefined) continue;
        planted += 1;
        const found = CHECKERS[invariant](faulty.history, faulty.dump);
        expect(
          found.map((violation) => violation.invariant),
          `seed ${seed}`,
        ).toContain(invariant);
      }
      expect(planted).toBeGreaterThan(0);
    });
  }

  it("are tried on runs that hold every kind of operation", () => {
    const seen = new Set(runs.flatMap(({ run }) => run.history.map(({ op }) => op)));
    const driven: readonly OperationName[] = [
      "connect",
      "disconnect",
      "send",
      "deliver",
      "shown",
      "reset",
      "read",
      "list",
      "resume",
      "mark",
      "receipt",
      "unread",
      "edit",
      "delete",
      "react",
      "pin",
      "join",
      "kick",
      "presence",
      "wire",
    ];
    expect(driven.filter((op) => !seen.has(op))).toEqual([]);
  });

  it("have a planted fault each", () => {
    expect(new Set(PLANTED_FAULTS.map(({ invariant }) => invariant))).toEqual(new Set(INVARIANTS));
  });
});
