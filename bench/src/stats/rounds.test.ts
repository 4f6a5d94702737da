import { expect, it } from "vitest";
import { figure, median } from "./rounds.js";

it.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[7], 7],
])("the median of %j is %d", (values, expected) => {
  expect(median(values)).toBe(expected);
});

it("a figure is the median of the rounds and how far they lie apart", () => {
  expect(figure([12, 10, 40])).toEqual({ median: 12, min: 10, max: 40 });
});

it("there is no figure without a round", () => {
  expect(() => figure([])).toThrow("at least one round");
});
