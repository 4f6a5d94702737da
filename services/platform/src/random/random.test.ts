import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom, systemRandom, type Random } from "./index.js";

const sources: readonly [string, () => Random][] = [
  ["the system's", systemRandom],
  ["a seeded", () => seededRandom(7)],
];

describe.each(sources)("%s chance", (_, make) => {
  it("stays inside its ranges", () => {
    const random = make();
    for (let draw = 0; draw < 2_000; draw += 1) {
      expect(random.next()).toBeGreaterThanOrEqual(0);
      expect(random.next()).toBeLessThan(1);
      expect([0, 1, 2]).toContain(random.int(3));
      expect(random.fullJitter(2)).toBeLessThanOrEqual(2);
    }
    expect(random.fullJitter(0)).toBe(0);
    expect(random.fullJitter(-5)).toBe(0);
    expect(() => random.int(0)).toThrow(RangeError);
  });

  it("reaches every value of a small range about equally often", () => {
    const random = make();
    const counts = [0, 0, 0, 0];
    for (let draw = 0; draw < 4_000; draw += 1) counts[random.int(4)]! += 1;
    // About 11 standard deviations: never by chance, always by a bias.
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(300);
  });

  it("gives as many bytes as asked for", () => {
    expect(make().bytes(33)).toHaveLength(33);
    expect(make().bytes(0)).toHaveLength(0);
  });
});

it("repeats the same draws for the same seed, and others for another", () => {
  const draws = (seed: number) => {
    const random = seededRandom(seed);
    return [random.next(), random.int(1e9), [...random.bytes(8)].join(), random.fullJitter(1e9)];
  };
  fc.assert(fc.property(fc.integer(), (seed) => {
    expect(draws(seed)).toEqual(draws(seed));
    expect(draws(seed)).not.toEqual(draws(seed + 1));
  }));
});
