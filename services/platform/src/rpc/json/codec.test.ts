import type { FieldSchema, ScalarType } from "@parlance/proto/contract-types";
import { ErrorCode, ErrorDetail } from "@parlance/proto/errors/v1/errors";
import { SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../../errors/index.js";
import type { ContractTable } from "../contract.js";
import { createJsonCodec } from "./codec.js";

const INTEGERS: readonly ScalarType[] = [
  "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64",
];
const SCALARS: readonly ScalarType[] = ["string", "bytes", "bool", "double", "float", ...INTEGERS];

function fieldsOfAllKinds(): FieldSchema[] {
  const single = SCALARS.map((type, at): FieldSchema => ({ name: type, number: at + 1, type }));
  const lists = SCALARS.map((type, at): FieldSchema => ({ name: `${type}List`, number: at + 31, type, repeated: true }));
  const maps = SCALARS.map((type, at): FieldSchema => ({ name: `${type}Map`, number: at + 61, type: "map", valueType: type }));
  return [
    ...single, ...lists, ...maps,
    { name: "colour", number: 91, type: "enum", typeName: "Colour" },
    { name: "inner", number: 92, type: "message", typeName: "All" },
    { name: "innerList", number: 93, type: "message", typeName: "All", repeated: true },
    { name: "innerMap", number: 94, type: "map", valueType: "message", typeName: "All" },
    { name: "left", number: 95, type: "string", oneof: "side" },
    { name: "right", number: 96, type: "int32", oneof: "side" },
  ];
}

const table: ContractTable = {
  methods: {},
  messages: { All: { name: "All", fields: fieldsOfAllKinds() } },
  enums: { Colour: [{ name: "COLOUR_UNSPECIFIED", number: 0 }, { name: "COLOUR_RED", number: 1 }] },
};

const codec = createJsonCodec(table);
const real = createJsonCodec();

function refusal(value: unknown): Readonly<Record<string, string>> | undefined {
  try {
    codec.messageFromJson("All", value);
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.name === "ERR_BAD_REQUEST") return error.fields;
    throw error;
  }
}

const roundTrip = (value: unknown) => codec.messageToJson("All", codec.messageFromJson("All", value));

function valuesOf(type: ScalarType): fc.Arbitrary<unknown> {
  switch (type) {
    case "string": return fc.string({ unit: "grapheme" });
    case "bytes": return fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("base64"));
    case "bool": return fc.boolean();
    case "double": return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "float": return fc.float({ noNaN: true, noDefaultInfinity: true });
    case "int32": case "sint32": case "sfixed32": return fc.integer();
    case "uint32": case "fixed32": return fc.integer({ min: 0, max: 0xffffffff });
    case "int64": case "sint64": case "sfixed64": return fc.maxSafeInteger();
    case "uint64": case "fixed64": return fc.maxSafeNat();
  }
}

describe("between JSON and bytes", () => {
  test.each(SCALARS)("%s comes back as it went, alone, in lists and in maps", (type) => {
    const value = valuesOf(type);
    const keys = fc.stringMatching(/^[a-z]{1,8}$/);
    const lists = fc.array(value, { minLength: 1 });
    const maps = fc.dictionary(keys, value, { minKeys: 1, noNullPrototype: true });
    fc.assert(fc.property(value, lists, maps, (one, list, map) => {
      const json = { [type]: one, [`${type}List`]: list, [`${type}Map`]: map };
      expect(roundTrip(json)).toEqual(json);
    }), { numRuns: 50 });
  });

  test("nested messages, enums and oneofs come back", () => {
    const json = {
      colour: "COLOUR_RED", left: "x",
      inner: { right: 3, innerList: [{ string: "a" }, {}] }, innerMap: { alice: { bool: true }, bob: {} },
    };
    expect(roundTrip(json)).toEqual(json);
  });

  test("an enum may be a number, a 64-bit integer a string; both come back in their one form", () => {
    expect(roundTrip({ colour: 1, int64: "9007199254740991" })).toEqual({ colour: "COLOUR_RED", int64: 9007199254740991 });
    expect(roundTrip({ colour: 7 })).toEqual({ colour: 7 });
  });

  test("null means that the field is not there", () => {
    expect(roundTrip({ string: null, inner: null })).toEqual({});
  });
});

describe("strictness", () => {
  test.each<[string, unknown, string]>([
    ["an operator for a string", { string: { $ne: null } }, "string"],
    ["a list for a string", { string: ["a"] }, "string"],
    ["a string for a bool", { bool: "true" }, "bool"],
    ["a fraction for an integer", { int32: 1.5 }, "int32"],
    ["an integer beyond 32 bits", { int32: 2 ** 31 }, "int32"],
    ["a negative unsigned integer", { uint64: -1 }, "uint64"],
    ["an integer beyond 2^53", { int64: "9007199254740993" }, "int64"],
    ["a huge number", { double: Number.POSITIVE_INFINITY }, "double"],
    ["an unknown enum name", { colour: "RED" }, "colour"],
    ["an object for a list", { stringList: { 0: "a" } }, "stringList"],
    ["an item of another kind", { stringList: ["a", 1] }, "stringList[1]"],
    ["a list of more than 1,000 items", { stringList: new Array(1_001).fill("") }, "stringList"],
    ["something that is no base64", { bytes: "%" }, "bytes"],
    ["a scalar for a message", { inner: 1 }, "inner"],
    ["two fields of a oneof", { left: "a", right: 1 }, "right"],
    ["an unknown field", { role: "admin" }, "role"],
    ["an unknown field inside", { inner: { constructor: {} } }, "inner.constructor"],
    ["a prototype", JSON.parse('{"__proto__":{"admin":true}}'), "__proto__"],
    ["a prototype in a map", { stringMap: JSON.parse('{"__proto__":"a"}') as unknown }, "stringMap.__proto__"],
  ])("%s is refused and named", (_name, value, field) => {
    expect(Object.keys(refusal(value) ?? {})).toEqual([field]);
  });

  test("everything that is wrong is named at once", () => {
    expect(Object.keys(refusal({ string: 1, bool: 1, nobody: 1 }) ?? {})).toEqual(["string", "bool", "nobody"]);
  });

  test("nesting beyond 32 levels is refused, a bomb included", () => {
    let bomb: unknown = {};
    for (let level = 0; level < 4_000; level += 1) bomb = { inner: bomb };
    expect(Object.values(refusal(bomb) ?? {})).toEqual(["nests deeper than 32 levels"]);
  });

  test("a request that is no object is refused", () => {
    expect(refusal([])).toEqual({ request: "must be an object" });
  });
});

describe("the generated contract", () => {
  test("requests are what ts-proto reads", () => {
    const bytes = real.jsonToRequest("messaging.SendMessage", {
      receiverType: "RECEIVER_TYPE_USER", receiverId: "bob", tags: ["a", "b"], parentMessageId: 5, text: { text: "grüße" },
    });
    expect(SendMessageRequest.decode(bytes)).toMatchObject({
      receiverType: 1, receiverId: "bob", tags: ["a", "b"], parentMessageId: 5,
      body: { $case: "text", value: { text: "grüße" } },
    });
  });

  test("messages of ts-proto are read, maps too", () => {
    const detail = ErrorDetail.fromPartial({ code: ErrorCode.ERR_BAD_REQUEST, fields: { uid: "is required" }, retryAfterMs: 12 });
    expect(real.messageToJson("parlance.errors.v1.ErrorDetail", ErrorDetail.encode(detail).finish())).toEqual({
      code: "ERR_BAD_REQUEST", fields: { uid: "is required" }, retryAfterMs: 12,
    });
  });

  test("a method that is not there is not found, whatever it is called", () => {
    for (const name of ["messaging.Nothing", "__proto__", "constructor"]) {
      expect(() => real.jsonToRequest(name, {})).toThrow(expect.objectContaining({ name: "ERR_API_NOT_FOUND" }));
    }
  });
});
