import { describe, expect, it } from "vitest";
import { EVENT_PARTITIONS, partitionOf } from "./partition.js";

describe("partitions", () => {
  it("never change for a key, or its order would break at an upgrade (E4)", () => {
    expect(EVENT_PARTITIONS).toBe(24);
    expect(["app1/u:alice", "app1/u:bob", "app1/g:team", "app2/g:team"].map((key) => partitionOf(key)))
      .toEqual([9, 14, 20, 15]);
  });

  it("share keys evenly", () => {
    const counts = new Array<number>(EVENT_PARTITIONS).fill(0);
    for (let i = 0; i < 24_000; i += 1) counts[partitionOf(`app1/u:user${i}`)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(700);
    expect(Math.max(...counts)).toBeLessThan(1_300);
  });
});
