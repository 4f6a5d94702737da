// Compiles the rules of a request type, once, into plain functions over its decoded form.

import type { FieldRules, FieldSchema, MessageSchema } from "@parlance/proto/contract-types";
import type { ContractTable } from "../contract.js";
import {
  listCheck, mapCheck, singleCheck, valueCheck, type Check, type Holder, type MessageCheck,
} from "./fields.js";
import { Problems } from "./problems.js";

/** Lower-cases ids in place and throws AppError with everything that is wrong. */
export type Validate = (request: unknown) => void;

interface Present {
  readonly $case: string;
  readonly value: unknown;
}

const STRING_RULES: ReadonlySet<string> = new Set(["minLen", "maxLen", "maxBytes", "format", "error"]);
const NUMBER_RULES: ReadonlySet<string> = new Set(["gte", "lte", "definedOnly", "error"]);

/** A map's field as if it were a single field of its keys or values, with the rules that can hold for them. */
function partOfMap(field: FieldSchema, type: FieldSchema["type"]): FieldSchema {
  const applies = type === "string" || type === "bytes" ? STRING_RULES : NUMBER_RULES;
  const rules = Object.fromEntries(Object.entries(field.rules ?? {}).filter(([name]) => applies.has(name))) as FieldRules;
  return { ...field, type, rules };
}

/** All validators of a table; each request type is compiled when it is first asked for. */
export class Validators {
  readonly #table: ContractTable;
  readonly #compiled = new Map<string, MessageCheck>();

  constructor(table: ContractTable) {
    this.#table = table;
  }

  /** Undefined when no rule speaks of the message or anything in it. */
  of(message: string): Validate | undefined {
    const check = this.#messageCheck(message);
    if (check === undefined) return undefined;
    return (request) => {
      const problems = new Problems();
      check(request as Holder, "", problems);
      if (problems.found) throw problems.toError();
    };
  }

  #schema(name: string): MessageSchema {
    const schema = this.#table.messages[name];
    if (schema === undefined) throw new Error(`no message ${name} in the contract`);
    return schema;
  }

  /** Message types that can be reached, itself included. */
  #reachable(name: string, seen: Set<string> = new Set()): Set<string> {
    if (seen.has(name)) return seen;
    seen.add(name);
    for (const field of this.#schema(name).fields) {
      const nested = nestedMessage(field);
      if (nested !== undefined) this.#reachable(nested, seen);
    }
    return seen;
  }

  #messageCheck(name: string): MessageCheck | undefined {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const hasRules = [...this.#reachable(name)].some((one) => this.#schema(one).fields.some((field) => field.rules));
    if (!hasRules) return undefined;
    const checks: MessageCheck[] = [];
    const check: MessageCheck = (message, prefix, problems) => {
      for (let at = 0; at < checks.length; at += 1) checks[at]!(message, prefix, problems);
    };
    // Known before its fields are compiled, so that a message may contain itself.
    this.#compiled.set(name, check);
    for (const field of this.#schema(name).fields) {
      const one = this.#fieldCheck(field);
      if (one !== undefined) checks.push(inMessage(field, one));
    }
    return check;
  }

  #fieldCheck(field: FieldSchema): Check | undefined {
    const nestedName = nestedMessage(field);
    const nested = nestedName === undefined ? undefined : this.#messageCheck(nestedName);
    if (field.rules === undefined && nested === undefined) return undefined;
    if (field.type !== "map") {
      const value = valueCheck(field, this.#table, nested);
      return field.repeated === true ? listCheck(field, value) : singleCheck(field, value);
    }
    const value = valueCheck(partOfMap(field, field.valueType ?? "string"), this.#table, nested);
    return mapCheck(field, value, valueCheck(partOfMap(field, "string"), this.#table, undefined));
  }
}

function nestedMessage(field: FieldSchema): string | undefined {
  return field.type === "message" || (field.type === "map" && field.valueType === "message") ? field.typeName : undefined;
}

/** Finds the field in its message: under its name, or as the present case of its oneof. */
function inMessage(field: FieldSchema, check: Check): MessageCheck {
  const { name, oneof } = field;
  if (oneof === undefined) return (message, prefix, problems) => check(message, name, prefix + name, problems);
  return (message, prefix, problems) => {
    const present = message[oneof] as Present | undefined;
    if (present?.$case === name) check(present as unknown as Holder, "value", prefix + name, problems);
  };
}
