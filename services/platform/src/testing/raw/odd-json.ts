import type { Random } from "../../random/index.js";
import { DEPTHS, pick } from "./draw.js";

const ODD_JSON = [
  "null",
  "0",
  "[]",
  '""',
  "{}",
  "true",
  "[[]]",
  '{"":{}}',
  '{"id":1}',
  '{"id":1,"call":null}',
  "\u0000",
  '{"id":1}{"id":2}',
];
const ODD_NAMES = [
  "unknown",
  "__proto__",
  "constructor",
  "toString",
  "hello",
  "call",
  "\\u0000",
  "x".repeat(1_000),
];
const ODD_VALUES = [
  "null",
  "true",
  "-1",
  "1e999",
  "-0",
  "9007199254740993",
  "18446744073709551616",
  "0.5",
  '""',
  '"NaN"',
  "[]",
  "{}",
  '{"__proto__":{"admin":true}}',
  '"\\ud800"',
  `"${"y".repeat(10_000)}"`,
  "[[[[[[[[]]]]]]]]",
];

/** A frame that is JSON, if at all, and nothing else. */
export function oddJson(random: Random): string {
  return pick(random, ODD_JSON);
}

/** The sample with a field that no frame has, or has elsewhere. */
export function withUnknownField(random: Random, json: string): string {
  return json.replace("{", `{"${pick(random, ODD_NAMES)}":${pick(random, ODD_VALUES)},`);
}

/** One value of the sample, wherever it stands, replaced by an odd one. */
export function withOddValue(random: Random, json: string): string {
  const values = [...json.matchAll(/:\s*("(?:[^"\\]|\\.)*"|-?[\d.eE+]+|true|false|null)/g)];
  if (values.length === 0) return pick(random, ODD_VALUES);
  const value = pick(random, values);
  const end = value.index + value[0].length;
  return `${json.slice(0, value.index)}:${pick(random, ODD_VALUES)}${json.slice(end)}`;
}

/** JSON that is nested deeply, alone or inside the sample, sometimes without its end. */
export function deepJson(random: Random, json: string): string {
  const depth = pick(random, DEPTHS);
  const [open, close] = pick(random, [
    ["[", "]"],
    ['{"a":', "}"],
  ] as const);
  const deep =
    open.repeat(depth) + (open === "[" ? "" : "0") + (random.int(4) === 0 ? "" : close.repeat(depth));
  return random.int(2) === 0 ? deep : json.replace("{", `{"deep":${deep},`);
}
