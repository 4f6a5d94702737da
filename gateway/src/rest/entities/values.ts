import type { JsonObject } from "../input/json-body.js";
import type { JsonSchema } from "../schema/index.js";

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Unset fields are absent, not null (rest.md 2.8). */
export function present<const T extends JsonObject>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** Milliseconds as whole seconds; 0 is no time. */
export function secondsOf(ms: number): number | undefined {
  return ms === 0 ? undefined : Math.floor(ms / 1_000);
}

export function textOf(value: string): string | undefined {
  return value === "" ? undefined : value;
}

/** Ids are strings in JSON; 0 is none. */
export function idOf(value: number): string | undefined {
  return value === 0 ? undefined : String(value);
}

/** JSON that the store keeps as text. */
export function objectOf(text: string): unknown {
  return text === "" ? undefined : JSON.parse(text) as unknown;
}

/** Names of an enum by number; what is not named is absent. */
export type Names = Readonly<Record<number, string>>;

export const STRING: JsonSchema = { type: "string" };
export const SECONDS: JsonSchema = { type: "integer", description: "Unix seconds." };
export const BOOL: JsonSchema = { type: "boolean" };
export const COUNT: JsonSchema = { type: "integer", minimum: 0 };
export const FREE: JsonSchema = { type: "object" };
export const STRINGS: JsonSchema = { type: "array", items: STRING };
export const DIGITS: JsonSchema = { type: "string", pattern: "^[0-9]+$" };

export const oneOf = (...words: readonly string[]): JsonSchema => ({ type: "string", enum: words });
export const arrayOf = (items: JsonSchema): JsonSchema => ({ type: "array", items });
export const mapOf = (values: JsonSchema): JsonSchema => ({ type: "object", additionalProperties: values });
export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** An object with these fields and no other. */
export function entity(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema {
  return { type: "object", properties, required, additionalProperties: false };
}
