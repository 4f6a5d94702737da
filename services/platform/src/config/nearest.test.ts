import fc from "fast-check";
import { expect, it } from "vitest";
import { editDistance, nearest } from "./nearest.js";

it("counts the changes between two names", () => {
  expect([
    editDistance("", "abc"), editDistance("abc", "abc"), editDistance("kitten", "sitting"), editDistance("ab", "ba"),
  ]).toEqual([3, 0, 3, 2]);
  fc.assert(fc.property(fc.string(), fc.string(), (left, right) => {
    expect(editDistance(left, right)).toBe(editDistance(right, left));
  }));
});

it("finds the name that was meant, the closest one, or none", () => {
  const known = ["PARLANCE_LOG_LEVEL", "PARLANCE_DATA_DIR"];
  expect(nearest("PARLANCE_LOGLEVEL", known)).toBe("PARLANCE_LOG_LEVEL");
  expect(nearest("PARLANCE_DATA_DRI", known)).toBe("PARLANCE_DATA_DIR");
  expect(nearest("SOMETHING_ELSE_ENTIRELY", known)).toBeUndefined();
  expect(nearest("X".repeat(1e5), known)).toBeUndefined();
});
