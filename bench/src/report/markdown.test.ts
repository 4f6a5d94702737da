import { describe, expect, it } from "vitest";
import type { Measured } from "../stats/measured.js";
import { report } from "./markdown.js";
import { number, spread } from "./numbers.js";

const round = (count: number, generator = 1): Measured => ({
  loop: "closed", count, seconds: 10, errors: {}, more: {}, serverRssBytes: 2e8,
  latencies: { ack: { count, p50: 1, p99: 2, max: 3 } }, cpuSeconds: { server: 9, generator },
});

describe("the results", () => {
  it("show the median of the rounds and their spread", () => {
    const text = report("Results", ["Machine: one"], [{ scenario: "pairs", durability: "fsync", rounds: [round(100_000), round(110_000), round(90_000)] }]);
    expect(text).toContain("| pairs | fsync | closed | – | 10,000 (9,000–11,000) | ack | 1 | 2 | 3 | 0 |");
  });

  it("say when the generator was the limit, and what the server did for its time", () => {
    const rows = [{ scenario: "pairs", durability: "fsync", rounds: [round(90_000, 9.9)] }];
    expect(report("Results", [], rows)).toContain("- pairs: the generator was the limit; the server did 10,000 per second of its CPU time.");
    expect(report("Results", [], [{ ...rows[0]!, rounds: [round(90_000, 5)] }])).not.toContain("was the limit");
  });

  it("show all errors of all rounds", () => {
    const rounds = [{ ...round(1), errors: { lost: 1 } }, { ...round(1), errors: { lost: 2, "close 4001": 1 } }];
    expect(report("Results", [], [{ scenario: "pairs", durability: "fsync", rounds }])).toContain("lost × 3, close 4001 × 1");
  });
});

it.each([[0, "0"], [0.0123, "0.012"], [1.5, "1.5"], [12.34, "12.3"], [123.4, "123"], [12_345, "12,345"]])("%d is shown as %s", (value, text) => {
  expect(number(value)).toBe(text);
});

it("one round is one number", () => {
  expect(spread([5])).toBe("5");
});
