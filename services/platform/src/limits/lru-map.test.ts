import { expect, it } from "vitest";
import { LruMap } from "./index.js";

it("drops what was not used for longest, and says so", () => {
  const evicted: string[] = [];
  const map = new LruMap<string, number>(2, (key) => evicted.push(key));
  map.set("a", 1);
  map.set("b", 2);
  map.get("a");
  map.set("c", 3);
  expect([map.has("a"), map.has("b"), map.has("c"), map.size]).toEqual([true, false, true, 2]);
  expect(evicted).toEqual(["b"]);
});

it("does not count a peek as use, but a set", () => {
  const map = new LruMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.peek("a");
  map.set("a", 3);
  map.set("c", 4);
  expect([...map.entries()]).toEqual([["a", 3], ["c", 4]]);
  expect([map.delete("a"), map.delete("a")]).toEqual([true, false]);
  map.clear();
  expect(map.size).toBe(0);
});
