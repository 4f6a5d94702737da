import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Latencies, percentile } from "./latencies.js";

describe("percentiles", () => {
  it.each([
    [[5], 0.5, 5],
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4, 5], 0.5, 3],
    [Array.from({ length: 100 }, (_, at) => at + 1), 0.99, 99],
    [Array.from({ length: 101 }, (_, at) => at + 1), 0.99, 100],
    [[], 0.5, 0],
  ])("are the nearest rank", (sorted, part, expected) => {
    expect(percentile(sorted, part)).toBe(expected);
  });

  it("are values that were measured, with at least their part of all values at or below", () => {
    const anyValues = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(fc.property(anyValues, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, part) => {
      const sorted = values.toSorted((one, other) => one - other);
      const found = percentile(sorted, part);
      expect(sorted).toContain(found);
      expect(sorted.filter((value) => value <= found).length).toBeGreaterThanOrEqual(part * sorted.length);
    }));
  });
});

describe("latencies", () => {
  it("keeps every value, however many there are", () => {
    const latencies = new Latencies();
    for (let value = 10_000; value > 0; value -= 1) latencies.add(value);
    expect(latencies.summary()).toEqual({ count: 10_000, p50: 5_000, p99: 9_900, max: 10_000 });
  });

  it("says nothing of nothing", () => {
    expect(new Latencies().summary()).toEqual({ count: 0, p50: 0, p99: 0, max: 0 });
  });
});
