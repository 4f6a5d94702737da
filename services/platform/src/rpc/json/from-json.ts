// JSON → bytes by the contract table, strictly: unknown fields, values of another kind, nesting deeper than 32 and keys
// that would pollute a prototype are refused, all of them reported at once. `null` means that the field is not there.

import type { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { FieldSchema } from "@parlance/proto/contract-types";
import type { ContractTable } from "../contract.js";
import { createWriters } from "@parlance/proto/writer";
import { isPollutingKey, JSON_DEPTH_MAX } from "../json-text.js";
import { Problems } from "../validate/problems.js";
import { DELIMITED, scalarOf, type ScalarCodec } from "./scalars.js";

const LIST_ITEMS_MAX = 1_000;

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly problems: Problems;
}

type Write = (writer: BinaryWriter, value: unknown, place: Place) => void;

interface FieldWriter {
  readonly oneof: string | undefined;
  readonly write: Write;
}

function within(place: Place, name: string): Place {
  const path = place.path === "" ? name : `${place.path}.${name}`;
  return { path, depth: place.depth + 1, problems: place.problems };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Writers of all messages of a table, each made when first needed. */
export class FromJson {
  readonly #table: ContractTable;
  readonly #writer = createWriters();
  readonly #fields = new Map<string, ReadonlyMap<string, FieldWriter>>();

  constructor(table: ContractTable) {
    this.#table = table;
  }

  /** Throws AppError that names every field that cannot be taken. */
  encode(message: string, value: unknown): Uint8Array {
    const problems = new Problems();
    const writer = this.#writer();
    this.#message(message, writer, value, { path: "", depth: 1, problems });
    if (problems.found) throw problems.toError();
    return writer.finish();
  }

  #message(name: string, writer: BinaryWriter, value: unknown, place: Place): void {
    if (!isObject(value)) return place.problems.add(place.path || "request", "must be an object");
    if (place.depth > JSON_DEPTH_MAX) return place.problems.add(place.path, `nests deeper than ${JSON_DEPTH_MAX} levels`);
    const fields = this.#fieldsOf(name);
    const present = new Set<string>();
    for (const [key, inner] of Object.entries(value)) {
      const field = fields.get(key);
      if (field === undefined) place.problems.add(within(place, shortened(key)).path, "is not a field");
      else if (inner !== null) {
        if (field.oneof !== undefined && present.has(field.oneof)) {
          place.problems.add(within(place, key).path, `excludes another field of ${field.oneof}`);
        }
        if (field.oneof !== undefined) present.add(field.oneof);
        field.write(writer, inner, within(place, key));
      }
    }
  }

  #fieldsOf(name: string): ReadonlyMap<string, FieldWriter> {
    let fields = this.#fields.get(name);
    if (fields === undefined) {
      const schema = this.#table.messages[name];
      if (schema === undefined) throw new Error(`no message ${name} in the contract`);
      fields = new Map(schema.fields.map((field) => [field.name, { oneof: field.oneof, write: this.#writerOf(field) }]));
      this.#fields.set(name, fields);
    }
    return fields;
  }

  #writerOf(field: FieldSchema): Write {
    const scalar = scalarOf(field, this.#table.enums);
    const value = scalar === undefined ? this.#nested(field.typeName ?? "") : scalarWriter(scalar);
    const wireType = scalar?.wireType ?? DELIMITED;
    if (field.type === "map") return mapWriter(field.number, value, wireType);
    return field.repeated === true ? listWriter(field.number, value, wireType) : tagged(field.number, value, wireType);
  }

  #nested(name: string): Write {
    return (writer, value, place) => {
      writer.fork();
      this.#message(name, writer, value, place);
      writer.join();
    };
  }
}

/** A key of a stranger may be a megabyte long. */
function shortened(key: string): string {
  return key.length > 100 ? `${key.slice(0, 100)}…` : key;
}

function tagged(number: number, value: Write, wireType: number): Write {
  return (writer, json, place) => {
    writer.tag(number, wireType);
    value(writer, json, place);
  };
}

function scalarWriter(scalar: ScalarCodec): Write {
  return (writer, json, place) => {
    const accepted = scalar.accept(json);
    // What is written after a problem does not matter: the bytes are thrown away.
    if (accepted === undefined) place.problems.add(place.path, scalar.expected);
    else scalar.write(writer, accepted as never);
  };
}

/** Unpacked: every decoder takes both forms. */
function listWriter(number: number, value: Write, wireType: number): Write {
  const one = tagged(number, value, wireType);
  return (writer, json, place) => {
    if (!Array.isArray(json)) return place.problems.add(place.path, "must be a list");
    if (json.length > LIST_ITEMS_MAX) return place.problems.add(place.path, `has more than ${LIST_ITEMS_MAX} items`);
    json.forEach((item: unknown, at) => {
      one(writer, item, { path: `${place.path}[${at}]`, depth: place.depth + 1, problems: place.problems });
    });
  };
}

function mapWriter(number: number, value: Write, wireType: number): Write {
  return (writer, json, place) => {
    if (!isObject(json)) return place.problems.add(place.path, "must be an object");
    const entries = Object.entries(json);
    if (entries.length > LIST_ITEMS_MAX) return place.problems.add(place.path, `has more than ${LIST_ITEMS_MAX} items`);
    for (const [key, item] of entries) {
      const inner = within(place, shortened(key));
      if (isPollutingKey(key)) place.problems.add(inner.path, "is not allowed as a key");
      writer.tag(number, DELIMITED).fork().tag(1, DELIMITED).string(key).tag(2, wireType);
      value(writer, item, inner);
      writer.join();
    }
  };
}
