import * as fc from "fast-check";
import { expect, test } from "vitest";
import { RecentMap } from "./recent-map.js";

test("keeps what is used, however much comes by", () => {
  const map = new RecentMap<string, number>(10);
  map.set("kept", 1);
  for (let i = 0; i < 100; i += 1) {
    map.set(`passing ${i}`, i);
    expect(map.get("kept")).toBe(1);
  }
  expect(map.get("passing 1")).toBeUndefined();
});

test("never holds more than it may, and what it holds is what was set last", () => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 20 }), fc.array(fc.tuple(fc.nat(30), fc.nat(5))), (entriesMax, steps) => {
    const map = new RecentMap<number, number>(entriesMax);
    const model = new Map<number, number>();
    for (const [key, step] of steps) {
      if (step === 0) map.delete(key);
      else map.set(key, step);
      model.set(key, step);
      const found = map.get(key - 1);
      expect([undefined, model.get(key - 1)]).toContain(found);
      expect(map.size).toBeLessThanOrEqual(entriesMax);
    }
  }));
});

test("forgets what it is told to forget, in either generation", () => {
  const map = new RecentMap<string, number>(4);
  for (const key of ["a", "b", "c"]) map.set(key, 1);
  map.delete("a");
  map.delete("c");
  expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([undefined, 1, undefined]);
  map.clear();
  expect(map.size).toBe(0);
});
