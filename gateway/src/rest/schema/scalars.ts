import { normaliseId } from "@parlance/platform/ids";
import type { Place, Type } from "./type.js";

const URL_MAX = 3_000;
const DIGITS = /^-?\d{1,16}$/;
const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, false: false };
const QUERY_BOOLEANS: Readonly<Record<string, boolean>> = { ...BOOLEANS, 1: true, 0: false };

interface TextOptions {
  readonly max: number;
  readonly min?: number;
  readonly pattern?: RegExp;
}

/** Length in code points, as limits count. */
export function lengthOf(value: string): number {
  return Array.from(value).length;
}

/** A string of limited length. */
export function text({ max, min = 0, pattern }: TextOptions): Type<string> {
  return {
    schema: {
      type: "string", maxLength: max,
      ...(min > 0 ? { minLength: min } : {}), ...(pattern === undefined ? {} : { pattern: pattern.source }),
    },
    read: (value, { path, problems }) => {
      if (typeof value !== "string") return problems.add(path, "is not a string");
      // Shorter in units than the limit is shorter in code points too.
      if (value.length > max && lengthOf(value) > max) return problems.add(path, `is longer than ${max}`);
      if (value.length < min) return problems.add(path, min === 1 ? "is empty" : `is shorter than ${min}`);
      if (pattern !== undefined && !pattern.test(value)) return problems.add(path, "has characters that are not allowed");
      return value;
    },
  };
}

/** An http or https address. */
export function url(): Type<string> {
  const base = text({ max: URL_MAX });
  return {
    schema: { type: "string", format: "uri", maxLength: URL_MAX },
    read: (value, at) => {
      const read = base.read(value, at);
      if (read === undefined || read === "" || (/^https?:\/\//i.test(read) && URL.canParse(read))) return read;
      return at.problems.add(at.path, "is not an http or https URL");
    },
  };
}

/** A uid, guid or role: lower-cased; an integer is read as its digits. */
export function id(): Type<string> {
  return {
    schema: { type: "string", pattern: "^[0-9A-Za-z_-]{1,100}$", maxLength: 100 },
    read: (value, { path, problems }) => {
      const digits = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
      const normal = typeof digits === "string" ? normaliseId(digits) : undefined;
      return normal ?? problems.add(path, "is not an id");
    },
  };
}

interface IntegerOptions {
  readonly min: number;
  readonly max: number;
  /** A value above `max` is ERROR_LIMIT_EXCEEDED. */
  readonly limit?: boolean;
  readonly default?: number;
}

/** An integer; decimal strings are read. */
export function integer({ min, max, limit = false, default: standard }: IntegerOptions): Type<number> {
  return {
    schema: { type: "integer", minimum: min, maximum: max, ...(standard === undefined ? {} : { default: standard }) },
    read: (value, { path, problems }) => {
      const number = typeof value === "string" && DIGITS.test(value) ? Number(value) : value;
      if (typeof number !== "number" || !Number.isSafeInteger(number)) return problems.add(path, "is not an integer");
      if (number > max) return limit ? problems.exceeds(path, max) : problems.add(path, `is greater than ${max}`);
      if (number < min) return problems.add(path, `is less than ${min}`);
      return number;
    },
  };
}

/** A message id: shown as a decimal string, read as string or integer. */
export function messageId(): Type<number> {
  const { read } = integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  return { schema: { anyOf: [{ type: "string", pattern: "^[0-9]{1,16}$" }, { type: "integer", minimum: 1 }] }, read };
}

/** A time in seconds. */
export function seconds(): Type<number> {
  return integer({ min: 0, max: 100_000_000_000 });
}

export function bool(standard?: boolean): Type<boolean> {
  return {
    schema: { type: "boolean", ...(standard === undefined ? {} : { default: standard }) },
    read: (value, { path, source, problems }: Place) => {
      if (typeof value === "boolean") return value;
      const known = source === "query" ? QUERY_BOOLEANS : BOOLEANS;
      if (typeof value === "string" && Object.hasOwn(known, value)) return known[value];
      return problems.add(path, "is not a boolean");
    },
  };
}

/** One of the words; each stands for a value. */
export function word<T>(values: Readonly<Record<string, T>>, standard?: string): Type<T> {
  const names = Object.keys(values);
  return {
    schema: { type: "string", enum: names, ...(standard === undefined ? {} : { default: standard }) },
    read: (value, { path, problems }) => {
      if (typeof value === "string" && Object.hasOwn(values, value)) return values[value];
      return problems.add(path, `is not one of ${names.join(", ")}`);
    },
  };
}
