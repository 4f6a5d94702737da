import type { ErrorName } from "@parlance/platform/errors";
import type { Problems } from "./problems.js";

/** The part of JSON Schema 2020-12 that OpenAPI 3.1 and the tests of the table need. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: "string" | "integer" | "number" | "boolean" | "array" | "object";
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly const?: string | boolean;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: string | number | boolean;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** What a value is read from: a query has only strings, so it also spells booleans 1 and 0. */
export type Source = "body" | "query";

/** One kind of input value: how it is read and how the contract describes it. */
export interface Type<T> {
  /** The value in its normal form, or undefined after telling `problems`. Never asked for what is absent or null. */
  readonly read: (value: unknown, at: Place) => T | undefined;
  readonly schema: JsonSchema;
  /** Catalogue code answered when it is absent. */
  readonly missingCode?: ErrorName | undefined;
  /** Made of several query values. */
  readonly many?: "list" | "range";
}

/** A value that must be there. */
export interface Needed<T> extends Type<T> {
  readonly needed: true;
}

export interface Place {
  readonly path: string;
  readonly source: Source;
  readonly problems: Problems;
}

export function needed<T>(type: Type<T>, missingCode?: ErrorName): Needed<T> {
  return { ...type, needed: true, missingCode: missingCode ?? type.missingCode };
}

/** A broken value is answered with this code. */
export function withCode<T>(type: Type<T>, code: ErrorName): Type<T> {
  return { ...type, read: (value, at) => at.problems.under(code, () => type.read(value, at)) };
}

export function described<T>(type: Type<T>, description: string): Type<T> {
  return { ...type, schema: { ...type.schema, description } };
}
