import type { ErrorName } from "@parlance/platform/errors";
import type { JsonSchema, Needed, Place, Type } from "./type.js";

export type Fields = Readonly<Record<string, Type<unknown>>>;

type ValueOf<F> = F extends Needed<infer T> ? T : F extends Type<infer T> ? T | undefined : never;

/** What a group of fields reads to. */
export type Values<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

export interface Reading {
  readonly source: Place["source"];
  readonly problems: Place["problems"];
  /** Path of what holds the fields, with its dot. */
  readonly prefix?: string;
  /** Told of names that no field has. */
  readonly onUnknown?: (name: string) => void;
}

function isNeeded(type: Type<unknown>): boolean {
  return (type as Partial<Needed<unknown>>).needed === true;
}

/** Reads the fields of an object; null counts as absent, and what no field names is not read. */
export function readFields<F extends Fields>(fields: F, value: Readonly<Record<string, unknown>>, reading: Reading): Values<F> {
  const { source, problems, prefix = "", onUnknown } = reading;
  const values: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(fields)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    const path = prefix + name;
    if (given === undefined || given === null) {
      if (isNeeded(type)) problems.add(path, "is required", type.missingCode);
    } else values[name] = type.read(given, { path, source, problems });
  }
  if (onUnknown !== undefined) for (const name of Object.keys(value)) if (!Object.hasOwn(fields, name)) onUnknown(name);
  return values as Values<F>;
}

export function fieldsSchema(fields: Fields): JsonSchema {
  const required = Object.entries(fields).filter(([, type]) => isNeeded(type)).map(([name]) => name);
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema])),
    ...(required.length > 0 ? { required } : {}),
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface ShapeOptions {
  /** Unknown fields are refused instead of passed over. */
  readonly strict?: boolean;
}

/** An object with fields of its own. */
export function shape<F extends Fields>(fields: F, { strict = false }: ShapeOptions = {}): Type<Values<F>> {
  return {
    schema: { ...fieldsSchema(fields), ...(strict ? { additionalProperties: false } : {}) },
    read: (value, { path, source, problems }) => {
      if (!isObject(value)) return problems.add(path, "is not an object");
      const prefix = `${path}.`;
      const refuse = (name: string) => problems.add(`${prefix}${name.slice(0, 100)}`, "is not known");
      return readFields(fields, value, { source, problems, prefix, ...(strict ? { onUnknown: refuse } : {}) });
    },
  };
}

interface ListOptions {
  readonly max: number;
  readonly min?: number;
  /** Code for a list that is too long. */
  readonly exceeded?: ErrorName;
}

export function list<T>(of: Type<T>, { max, min = 0, exceeded }: ListOptions): Type<readonly T[]> {
  return {
    many: "list",
    schema: { type: "array", items: of.schema, maxItems: max, ...(min > 0 ? { minItems: min } : {}) },
    read: (value, at) => {
      const { path, problems } = at;
      if (!Array.isArray(value)) return problems.add(path, "is not a list");
      if (value.length > max) return problems.exceeds(path, max, exceeded);
      if (value.length < min) return problems.add(path, "is empty");
      const items = value.map((item: unknown, index) => of.read(item, { ...at, path: `${path}[${index}]` }));
      return items.filter((item) => item !== undefined);
    },
  };
}

/** Free JSON of the caller, kept as text. Keys, depth and numbers were checked with the whole body. */
export function json(bytesMax: number): Type<string> {
  return {
    schema: { type: "object", description: `At most ${bytesMax} bytes.` },
    read: (value, { path, problems }) => {
      if (!isObject(value)) return problems.add(path, "is not an object");
      const written = JSON.stringify(value);
      return Buffer.byteLength(written) > bytesMax ? problems.add(path, `is larger than ${bytesMax} bytes`) : written;
    },
  };
}
