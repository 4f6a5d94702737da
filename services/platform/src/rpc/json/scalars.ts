// How each scalar type is written in JSON and on the wire. 64-bit integers are JSON numbers, or decimal strings, and at
// most 2^53 (reliability.md PB3); bytes are base64.

import type { FieldSchema, ScalarType } from "@parlance/proto/contract-types";
import type { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import type { EnumValue } from "../contract.js";

/** Wire types of protobuf that the codec meets. */
export const VARINT = 0;
export const FIXED64 = 1;
export const DELIMITED = 2;
export const FIXED32 = 5;

export interface ScalarCodec {
  readonly wireType: number;
  /** For people: `must be …`. */
  readonly expected: string;
  /** The value to write, or undefined when the JSON value is of another kind. */
  readonly accept: (value: unknown) => unknown;
  readonly write: (writer: BinaryWriter, value: never) => unknown;
  /** The JSON value. */
  readonly read: (reader: BinaryReader) => unknown;
}

const INTEGER = /^-?(0|[1-9][0-9]{0,15})$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

function integerWithin(min: number, max: number): (value: unknown) => number | undefined {
  return (value) => {
    const number = typeof value === "string" && INTEGER.test(value) ? Number(value) : value;
    if (typeof number !== "number" || !Number.isInteger(number)) return undefined;
    // Adding 0 turns -0, which has no form on the wire, into 0.
    return number >= min && number <= max ? number + 0 : undefined;
  };
}

function safe(value: bigint | string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError("a 64-bit number beyond 2^53");
  return number;
}

const INT32 = { min: -0x80000000, max: 0x7fffffff };
const UINT32 = { min: 0, max: 0xffffffff };
const INT64 = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
const UINT64 = { min: 0, max: Number.MAX_SAFE_INTEGER };

type Narrow = "int32" | "sint32" | "uint32" | "fixed32" | "sfixed32";
type Wide = "int64" | "sint64" | "uint64" | "fixed64" | "sfixed64";

function integer(type: Narrow, wireType: number, range: typeof INT32): ScalarCodec {
  return {
    wireType,
    expected: "must be a whole number of 32 bits",
    accept: integerWithin(range.min, range.max),
    write: (writer, value: number) => writer[type](value),
    read: (reader) => reader[type](),
  };
}

function wideInteger(type: Wide, wireType: number, range: typeof INT64): ScalarCodec {
  return {
    wireType,
    expected: "must be a whole number of at most 2^53",
    accept: integerWithin(range.min, range.max),
    write: (writer, value: number) => writer[type](value),
    read: (reader) => safe(reader[type]()),
  };
}

function floating(type: "double" | "float", wireType: number, max: number): ScalarCodec {
  return {
    wireType,
    expected: "must be a number",
    accept: (value) => (typeof value === "number" && Math.abs(value) <= max ? value : undefined),
    write: (writer, value: number) => writer[type](value),
    read: (reader) => reader[type](),
  };
}

function bytesOf(value: unknown): Uint8Array | undefined {
  return typeof value === "string" && BASE64.test(value) ? Buffer.from(value, "base64") : undefined;
}

const scalars: Readonly<Record<ScalarType, ScalarCodec>> = {
  string: {
    wireType: DELIMITED,
    expected: "must be a string",
    accept: (value) => (typeof value === "string" ? value : undefined),
    write: (writer, value: string) => writer.string(value),
    read: (reader) => reader.string(),
  },
  bytes: {
    wireType: DELIMITED,
    expected: "must be base64",
    accept: bytesOf,
    write: (writer, value: Uint8Array) => writer.bytes(value),
    read: (reader) => {
      const bytes = reader.bytes();
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
    },
  },
  bool: {
    wireType: VARINT,
    expected: "must be true or false",
    accept: (value) => (typeof value === "boolean" ? value : undefined),
    write: (writer, value: boolean) => writer.bool(value),
    read: (reader) => reader.bool(),
  },
  double: floating("double", FIXED64, Number.MAX_VALUE),
  float: floating("float", FIXED32, 3.4028234663852886e38),
  int32: integer("int32", VARINT, INT32),
  sint32: integer("sint32", VARINT, INT32),
  uint32: integer("uint32", VARINT, UINT32),
  fixed32: integer("fixed32", FIXED32, UINT32),
  sfixed32: integer("sfixed32", FIXED32, INT32),
  int64: wideInteger("int64", VARINT, INT64),
  sint64: wideInteger("sint64", VARINT, INT64),
  uint64: wideInteger("uint64", VARINT, UINT64),
  fixed64: wideInteger("fixed64", FIXED64, UINT64),
  sfixed64: wideInteger("sfixed64", FIXED64, INT64),
};

function enumCodec(values: readonly EnumValue[]): ScalarCodec {
  const byName = new Map(values.map(({ name, number }) => [name, number]));
  const byNumber = new Map(values.map(({ name, number }) => [number, name]));
  return {
    wireType: VARINT,
    expected: `must be one of ${values.map(({ name }) => name).join(", ")}`,
    accept: (value) => (typeof value === "string" ? byName.get(value) : integerWithin(INT32.min, INT32.max)(value)),
    write: (writer, value: number) => writer.int32(value),
    // A number of a newer contract has no name here.
    read: (reader) => {
      const number = reader.int32();
      return byNumber.get(number) ?? number;
    },
  };
}

/** The codec of a field's values, or of a map's; undefined for messages. */
export function scalarOf(
  field: FieldSchema, enums: Readonly<Record<string, readonly EnumValue[]>>,
): ScalarCodec | undefined {
  const type = field.type === "map" ? field.valueType : field.type;
  if (type === undefined || type === "message") return undefined;
  return type === "enum" ? enumCodec(enums[field.typeName ?? ""] ?? []) : scalars[type];
}
