// Bytes → JSON by the contract table, as proto3 JSON with camelCase names: fields that are not on the wire are left out,
// enums are full proto names (error codes: catalogue names), 64-bit integers are numbers, bytes base64. Fields of a newer contract are skipped.

import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { FieldSchema } from "@parlance/proto/contract-types";
import type { ContractTable } from "../contract.js";
import { isPollutingKey } from "../json-text.js";
import { DELIMITED, scalarOf, type ScalarCodec } from "./scalars.js";

export type JsonObject = Record<string, unknown>;

const DEPTH_MAX = 100;

type ReadValue = (reader: BinaryReader, depth: number) => unknown;

/** Reads one occurrence of a field into the message. */
type ReadField = (reader: BinaryReader, wireType: number, into: JsonObject, depth: number) => void;

/** Readers of all messages of a table, each made when first needed. */
export class ToJson {
  readonly #table: ContractTable;
  readonly #fields = new Map<string, ReadonlyMap<number, ReadField>>();

  constructor(table: ContractTable) {
    this.#table = table;
  }

  /** Throws when the bytes are no such message; they come from our own services, so that is a defect. */
  decode(message: string, bytes: Uint8Array): JsonObject {
    return this.#message(message, new BinaryReader(bytes), bytes.length, 0);
  }

  #message(name: string, reader: BinaryReader, end: number, depth: number): JsonObject {
    if (depth > DEPTH_MAX) throw new RangeError("a message nests too deep");
    const fields = this.#fieldsOf(name);
    const message: JsonObject = {};
    while (reader.pos < end) {
      const [number, wireType] = reader.tag();
      const read = fields.get(number);
      if (read === undefined) reader.skip(wireType, number);
      else read(reader, wireType, message, depth);
    }
    return message;
  }

  #fieldsOf(name: string): ReadonlyMap<number, ReadField> {
    let fields = this.#fields.get(name);
    if (fields === undefined) {
      const schema = this.#table.messages[name];
      if (schema === undefined) throw new Error(`no message ${name} in the contract`);
      fields = new Map(schema.fields.map((field) => [field.number, this.#readerOf(field)]));
      this.#fields.set(name, fields);
    }
    return fields;
  }

  #readerOf(field: FieldSchema): ReadField {
    const scalar = scalarOf(field, this.#table.enums);
    const value: ReadValue = scalar === undefined ? this.#nested(field.typeName ?? "") : (reader) => scalar.read(reader);
    if (field.type === "map") return mapReader(field.name, value, scalar);
    return field.repeated === true ? listReader(field.name, value, scalar) : (reader, _wireType, into, depth) => {
      into[field.name] = value(reader, depth);
    };
  }

  #nested(name: string): ReadValue {
    return (reader, depth) => {
      const length = reader.uint32();
      return this.#message(name, reader, reader.pos + length, depth + 1);
    };
  }
}

function listReader(name: string, value: ReadValue, scalar: ScalarCodec | undefined): ReadField {
  const packable = scalar !== undefined && scalar.wireType !== DELIMITED;
  return (reader, wireType, into, depth) => {
    const list = (into[name] ??= []) as unknown[];
    if (!packable || wireType !== DELIMITED) {
      list.push(value(reader, depth));
      return;
    }
    const length = reader.uint32();
    for (const end = reader.pos + length; reader.pos < end;) list.push(value(reader, depth));
  };
}

/** What a map entry without a value means. */
function absent(scalar: ScalarCodec | undefined): unknown {
  return scalar === undefined ? {} : scalar.read(new BinaryReader(new Uint8Array(8)));
}

function mapReader(name: string, value: ReadValue, scalar: ScalarCodec | undefined): ReadField {
  return (reader, _wireType, into, depth) => {
    const map = (into[name] ??= {}) as JsonObject;
    const length = reader.uint32();
    const end = reader.pos + length;
    let key = "";
    let item: unknown;
    while (reader.pos < end) {
      const [number, wireType] = reader.tag();
      if (number === 1) key = reader.string();
      else if (number === 2) item = value(reader, depth);
      else reader.skip(wireType, number);
    }
    if (!isPollutingKey(key)) map[key] = item ?? absent(scalar);
  };
}
