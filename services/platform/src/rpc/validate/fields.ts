import type { FieldRules, FieldSchema } from "@parlance/proto/contract-types";
import type { ErrorName } from "../../errors/index.js";
import { normaliseId } from "../../ids/index.js";
import type { ContractTable } from "../contract.js";
import type { Problems } from "./problems.js";
import { valueRules, type ValueRule } from "./rules.js";

/** A decoded message, a list or a map: whatever holds a value under a key. */
export type Holder = Record<string | number, unknown>;

/** Looks at what a holder has under a key, and may put its normal form in its place. */
export type Check = (holder: Holder, key: string | number, path: string, problems: Problems) => void;

/** Looks at a whole message; `prefix` is the path of its fields. */
export type MessageCheck = (message: Holder, prefix: string, problems: Problems) => void;

type AnyRule = (value: unknown) => string | undefined;

function rulesOf(field: FieldSchema, table: ContractTable): readonly AnyRule[] {
  const compiled: AnyRule[] = [];
  for (const [name, limit] of Object.entries(field.rules ?? {})) {
    const compile = valueRules[name as keyof typeof valueRules] as
      ((limit: unknown, field: FieldSchema, table: ContractTable) => ValueRule | undefined) | undefined;
    const rule = compile?.(limit, field, table);
    if (rule !== undefined) compiled.push(rule as AnyRule);
  }
  return compiled;
}

/** Lower-cases an id where it stands; false when it is none. */
function normaliseInPlace(holder: Holder, key: string | number, value: string): boolean {
  const normal = normaliseId(value);
  if (normal === undefined) return false;
  if (normal !== value) holder[key] = normal;
  return true;
}

/** Checks one value that is there. */
export function valueCheck(field: FieldSchema, table: ContractTable, nested: MessageCheck | undefined): Check | undefined {
  const rules = rulesOf(field, table);
  const isId = field.rules?.format === "id";
  const code = field.rules?.error as ErrorName | undefined;
  if (rules.length === 0 && !isId && nested === undefined) return undefined;
  return (holder, key, path, problems) => {
    const value = holder[key];
    if (isId && !normaliseInPlace(holder, key, value as string)) return problems.add(path, "is not an id", code);
    for (let at = 0; at < rules.length; at += 1) {
      const problem = rules[at]!(value);
      if (problem !== undefined) return problems.add(path, problem, code);
    }
    nested?.(value as Holder, `${path}.`, problems);
  };
}

/** Nothing, or what the wire cannot tell from nothing. An empty string counts as unset even where absence is told apart. */
function isUnset(value: unknown, optional: boolean): boolean {
  switch (typeof value) {
    case "undefined": return true;
    case "string": return value === "";
    case "number": return value === 0 && !optional;
    case "boolean": return !value && !optional;
    case "object": return value instanceof Uint8Array && value.length === 0;
    case "bigint": case "function": case "symbol": return false;
  }
}

function missing(rules: FieldRules, path: string, problems: Problems): void {
  if (rules.required === true) problems.add(path, "is required", (rules.missingError ?? rules.error) as ErrorName | undefined);
}

export function singleCheck(field: FieldSchema, value: Check | undefined): Check {
  const rules = field.rules ?? {};
  const optional = field.optional === true;
  return (holder, key, path, problems) => {
    if (isUnset(holder[key], optional)) missing(rules, path, problems);
    else value?.(holder, key, path, problems);
  };
}

function countProblem(count: number, rules: FieldRules): string | undefined {
  return rules.maxItems !== undefined && count > rules.maxItems ? `has more than ${rules.maxItems} items` : undefined;
}

export function listCheck(field: FieldSchema, value: Check | undefined): Check {
  const rules = field.rules ?? {};
  return (holder, key, path, problems) => {
    const list = holder[key] as unknown[];
    if (list.length === 0) return missing(rules, path, problems);
    const problem = countProblem(list.length, rules);
    if (problem !== undefined) return problems.add(path, problem, rules.error as ErrorName | undefined);
    if (value === undefined) return;
    for (let at = 0; at < list.length; at += 1) value(list as unknown as Holder, at, `${path}[${at}]`, problems);
  };
}

/** Rules of a map hold for its keys, and for its values where they are of a kind the rule speaks of. */
export function mapCheck(field: FieldSchema, value: Check | undefined, mapKey: Check | undefined): Check {
  const rules = field.rules ?? {};
  return (holder, key, path, problems) => {
    const map = holder[key] as Holder;
    const keys = Object.keys(map);
    if (keys.length === 0) return missing(rules, path, problems);
    const problem = countProblem(keys.length, rules);
    if (problem !== undefined) return problems.add(path, problem, rules.error as ErrorName | undefined);
    for (let at = 0; at < keys.length; at += 1) {
      mapKey?.(keys as unknown as Holder, at, `${path} key`, problems);
      value?.(map, keys[at]!, `${path} value`, problems);
    }
  };
}
