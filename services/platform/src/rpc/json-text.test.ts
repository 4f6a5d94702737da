import { expect, test } from "vitest";
import { jsonTextProblem, nestsDeeper } from "./json-text.js";

const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

test("thirty-two levels are taken, thirty-three are not", () => {
  expect(jsonTextProblem(nested(32), false)).toBeUndefined();
  expect(jsonTextProblem(nested(33), false)).toBe("nests deeper than 32 levels");
});

test("a bomb of 100,000 levels is refused before it is parsed", () => {
  expect(nestsDeeper("[".repeat(100_000))).toBe(true);
});

test("brackets inside strings do not count, also after escaped quotes", () => {
  expect(nestsDeeper(JSON.stringify({ text: `${"[".repeat(50)}"\\` }))).toBe(false);
  expect(nestsDeeper(`"${"\\".repeat(3)}"${"[".repeat(40)}"`)).toBe(false);
});

test("text that speaks of operators or prototypes is just text", () => {
  expect(jsonTextProblem('{"text":"costs $5, \\"$ne\\", __proto__, constructor"}', true)).toBeUndefined();
});

test.each(["__proto__", "constructor", "prototype"])("the key %s is refused at any depth", (key) => {
  expect(jsonTextProblem(`{"a":[{"${key}":1}]}`, true)).toBe("has a key that is not allowed");
});

test("an object is told from other values", () => {
  expect(jsonTextProblem("null", true)).toBe("is not a JSON object");
  expect(jsonTextProblem("null", false)).toBeUndefined();
  expect(jsonTextProblem("{", true)).toBe("is not JSON");
});
