// One plain function per rule over one value. A rule says what is wrong, or nothing.
//
// An unset field (empty string, 0 without `optional`, unspecified enum) breaks `required` only: all other rules speak of
// values that are there. Items of a list are always there.

import type { FieldRules, FieldSchema } from "@parlance/proto/contract-types";
import { jsonTextProblem } from "../json-text.js";
import type { ContractTable } from "../contract.js";

/** What is wrong with a value, or undefined. */
export type ValueRule = (value: never) => string | undefined;

type RuleName = Exclude<keyof FieldRules, "error" | "missingError" | "required" | "maxItems">;

type Compile = (limit: never, field: FieldSchema, table: ContractTable) => ValueRule | undefined;

/** Length in code points; a string is never longer in code points than in UTF-16 units. */
function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0xd800 || unit > 0xdbff) continue;
    const next = text.charCodeAt(at + 1);
    if (next >= 0xdc00 && next <= 0xdfff) {
      count -= 1;
      at += 1;
    }
  }
  return count;
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

const formats = {
  // Ids are normalised in place before the rules run, see compile.ts; what is left here are those that could not be.
  id: undefined,
  url: (text: string) => (isUrl(text) ? undefined : "is not an http or https URL"),
  json_object: (text: string) => jsonTextProblem(text, true),
  json: (text: string) => jsonTextProblem(text, false),
} as const;

function utf8Longer(text: string, max: number): boolean {
  return text.length * 3 > max && Buffer.byteLength(text) > max;
}

function definedNumbers(field: FieldSchema, table: ContractTable): ReadonlySet<number> {
  const values = table.enums[field.typeName ?? ""];
  if (values === undefined) throw new Error(`${field.name}: definedOnly is for enums`);
  return new Set(values.map(({ number }) => number).filter((number) => number !== 0));
}

/** Every rule of options.proto that looks at one value; a rule that is not here does not compile in compile.ts. */
export const valueRules: { readonly [Name in RuleName]-?: Compile } = {
  minLen: (min: number) => (text: string) => (codePoints(text) < min ? `is shorter than ${min}` : undefined),
  maxLen: (max: number) => (text: string) =>
    text.length > max && codePoints(text) > max ? `is longer than ${max}` : undefined,
  maxBytes: (max: number, { type }) => type === "bytes"
    ? (bytes: Uint8Array) => (bytes.length > max ? `is larger than ${max} bytes` : undefined)
    : (text: string) => (utf8Longer(text, max) ? `is larger than ${max} bytes` : undefined),
  format: (format: NonNullable<FieldRules["format"]>) => formats[format],
  gte: (min: number) => (value: number) => (value >= min ? undefined : `is less than ${min}`),
  lte: (max: number) => (value: number) => (value <= max ? undefined : `is greater than ${max}`),
  definedOnly: (on: boolean, field, table) => {
    if (!on) return undefined;
    const defined = definedNumbers(field, table);
    return (value: number) => (defined.has(value) ? undefined : "is not a known value");
  },
};
