import { describe, expect, it } from "vitest";
import type { Dump } from "../dump.js";
import type { Entry, History } from "../history.js";
import { generateRun } from "../model/generate-run.js";
import { checkAll, INVARIANTS } from "./check-all.js";
import { formatFaultTable, lossStatement } from "./fault-table.js";
import { timeToRecover } from "./time-to-recover.js";

const EMPTY: Dump = { at: 0, conversations: [] };

function send(t: number, outcome: "ok" | "unknown", muid: string): Entry {
  const args = { conversation: "c", muid, content: "x" };
  return {
    t0: t,
    t,
    client: "app/alice/phone",
    op: "send",
    args,
    outcome,
    value: outcome === "ok" ? { id: t, seq: t } : undefined,
  } as Entry;
}

function fault(t: number, phase: "begin" | "heal"): Entry {
  return {
    t0: t,
    t,
    client: "harness",
    op: "fault",
    args: { name: "F1 kill", phase },
    outcome: "ok",
    value: {},
  };
}

describe("the report of a run", () => {
  it("F-b: has the fault table, and says that every invariant holds", () => {
    const { history, dump } = generateRun(7, 300);
    const report = checkAll(history, dump, INVARIANTS, { fault: "F1 kill standalone", seed: 7 });
    expect(report.violations).toEqual([]);
    expect(report.row).toMatchObject({
      fault: "F1 kill standalone",
      lost: 0,
      doubled: 0,
      inversions: 0,
      holes: 0,
      seed: 7,
    });
    expect(report.row.acked).toBeGreaterThan(50);
    for (const name of INVARIANTS) expect(report.text).toContain(`${name}: holds`);
  });

  it("counts violations by class and lists only the first ones", () => {
    const history: History = Array.from({ length: 15 }, (_, index) => send(index + 1, "ok", `m${index}`));
    const report = checkAll(history, EMPTY, ["I1"]);
    expect(report.row.lost).toBe(15);
    expect(report.text).toContain("… and 5 more");
    expect(report.text).toContain("m0 was acked as id 1 at seq 1, but nothing is stored there");
  });

  it("runs only the checkers that were asked for", () => {
    const history: History = [send(1, "ok", "m1")];
    expect(checkAll(history, EMPTY, ["I2", "I3"]).violations).toEqual([]);
  });

  it("H12: says what the number of trials allows to say", () => {
    expect(lossStatement(0, 20_000)).toBe("0 of 20000 acked rows lost: rate < 1.5e-4 at 95 %");
    expect(lossStatement(2, 20_000)).toBe("2 of 20000 acked rows lost");
  });

  it("puts several runs into one table", () => {
    const { row } = checkAll([send(1, "ok", "m1")], EMPTY, [], { fault: "F5", seed: 3 });
    const table = formatFaultTable([row, { ...row, fault: "F6", recoveredMs: 812.4 }]).split("\n");
    expect(table[2]).toBe("| F5 | 1 | 0 | 0 | 0 | 0 | 0 | – | 3 |");
    expect(table[3]).toBe("| F6 | 1 | 0 | 0 | 0 | 0 | 0 | 812 ms | 3 |");
  });

  it("measures recovery from the fault to the first ack after which nothing failed", () => {
    const history: History = [
      send(1, "ok", "a"),
      fault(10, "begin"),
      send(12, "unknown", "b"),
      send(14, "ok", "c"),
      send(20, "unknown", "d"),
      fault(30, "heal"),
      send(35, "ok", "e"),
      send(40, "ok", "f"),
    ];
    expect(timeToRecover(history)).toEqual({ fault: "F1 kill", recoveredMs: 25 });
    expect(timeToRecover(history.slice(0, 3))).toEqual({ fault: "F1 kill", recoveredMs: undefined });
    expect(timeToRecover([])).toBeUndefined();
  });
});
