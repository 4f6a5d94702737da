import type { FieldRules, FieldSchema } from "@parlance/proto/contract-types";
import { describe, expect, test } from "vitest";
import { AppError } from "../../errors/index.js";
import { contractTable, type ContractTable } from "../contract.js";
import { Validators } from "./validator.js";
import { valueRules } from "./rules.js";

const numbers = { name: "", number: 1 } as const;

function tableOf(...fields: readonly Partial<FieldSchema>[]): ContractTable {
  const complete = fields.map((field) => ({ ...numbers, type: "string" as const, ...field }));
  return {
    methods: {},
    messages: {
      Request: { name: "Request", fields: complete },
      Inner: { name: "Inner", fields: [{ name: "uid", number: 1, type: "string", rules: { format: "id", required: true } }] },
      Tree: { name: "Tree", fields: [
        { name: "label", number: 1, type: "string", rules: { maxLen: 3 } },
        { name: "branches", number: 2, type: "message", typeName: "Tree", repeated: true },
      ] },
    },
    enums: { Colour: [{ name: "COLOUR_UNSPECIFIED", number: 0 }, { name: "COLOUR_RED", number: 1 }] },
  };
}

function errorOf(request: Record<string, unknown>, ...fields: readonly Partial<FieldSchema>[]): AppError | undefined {
  try {
    new Validators(tableOf(...fields)).of("Request")?.(request);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function problem(value: unknown, field: Partial<FieldSchema>): string | undefined {
  return errorOf({ x: value }, { name: "x", ...field })?.fields?.["x"];
}

describe("one value", () => {
  test.each<[string, Partial<FieldSchema> & { rules: FieldRules }, unknown, unknown]>([
    ["required string", { rules: { required: true } }, "a", ""],
    ["required list", { repeated: true, rules: { required: true } }, ["a"], []],
    ["required message", { type: "message", typeName: "Tree", rules: { required: true } }, { label: "", branches: [] }, undefined],
    ["required enum", { type: "enum", typeName: "Colour", rules: { required: true } }, 1, 0],
    ["required bytes", { type: "bytes", rules: { required: true } }, new Uint8Array(1), new Uint8Array(0)],
    ["required optional number", { type: "int32", optional: true, rules: { required: true } }, 0, undefined],
    ["minLen", { rules: { minLen: 2 } }, "ab", "a"],
    ["maxLen counts code points", { rules: { maxLen: 2 } }, "😀😀", "abc"],
    ["maxBytes of a string", { rules: { maxBytes: 4 } }, "éé", "ééa"],
    ["maxBytes of bytes", { type: "bytes", rules: { maxBytes: 2 } }, new Uint8Array(2), new Uint8Array(3)],
    ["maxItems", { repeated: true, rules: { maxItems: 1 } }, ["a"], ["a", "b"]],
    ["gte", { type: "int64", rules: { gte: 3 } }, 3, 2],
    ["lte", { type: "int64", rules: { lte: 3 } }, 3, 4],
    ["definedOnly", { type: "enum", typeName: "Colour", rules: { definedOnly: true } }, 1, 7],
    ["format id", { rules: { format: "id" } }, "al-ice_1", "al ice"],
    ["format url", { rules: { format: "url" } }, "https://example.org/a", "javascript:alert(1)"],
    ["format json_object", { rules: { format: "json_object" } }, '{"a":[1]}', "[1]"],
    ["format json", { rules: { format: "json" } }, "[1]", "{a:1}"],
  ])("%s takes what it should and nothing else", (_name, field, good, bad) => {
    expect(problem(good, field)).toBeUndefined();
    expect(errorOf({ x: bad }, { name: "x", ...field })?.name).toBe("ERR_BAD_REQUEST");
  });

  test("an unset field breaks no rule but required", () => {
    expect(problem("", { rules: { minLen: 2, format: "id" } })).toBeUndefined();
    expect(problem(0, { type: "int32", rules: { gte: 1 } })).toBeUndefined();
    expect(problem(0, { type: "enum", typeName: "Colour", rules: { definedOnly: true } })).toBeUndefined();
  });

  test("a zero that was written is checked where absence is told apart", () => {
    expect(problem(0, { type: "int32", optional: true, rules: { gte: 1 } })).toBe("is less than 1");
  });

  test("a JSON text with a key that pollutes prototypes is refused, also when the key is escaped", () => {
    expect(problem('{"a":{"__proto__":1}}', { rules: { format: "json_object" } })).toBe("has a key that is not allowed");
    expect(problem('{"\\u005f_proto__":1}', { rules: { format: "json_object" } })).toBe("has a key that is not allowed");
    expect(problem('{"a":"__proto__"}', { rules: { format: "json_object" } })).toBeUndefined();
  });
});

describe("ids", () => {
  test("are lower-cased where they stand: alone, in lists, in oneofs and in nested messages", () => {
    const request = { x: "ALICE", list: ["Bob"], target: { $case: "uid", value: "CAROL" }, inner: { uid: "Dave" } };
    const rules: FieldRules = { format: "id" };
    const error = errorOf(
      request,
      { name: "x", rules }, { name: "list", repeated: true, rules }, { name: "uid", oneof: "target", rules },
      { name: "inner", type: "message", typeName: "Inner" },
    );
    expect(error).toBeUndefined();
    expect(request).toEqual({ x: "alice", list: ["bob"], target: { $case: "uid", value: "carol" }, inner: { uid: "dave" } });
  });

  test("in a list may not be empty", () => {
    const error = errorOf({ x: ["alice", ""] }, { name: "x", repeated: true, rules: { format: "id" } });
    expect(error?.fields).toEqual({ "x[1]": "is not an id" });
  });
});

describe("a whole request", () => {
  test("is answered with everything that is wrong", () => {
    const error = errorOf(
      { a: "", b: "abc", c: { label: "", branches: [{ label: "long", branches: [] }] } },
      { name: "a", rules: { required: true } }, { name: "b", rules: { maxLen: 2 } },
      { name: "c", type: "message", typeName: "Tree" },
    );
    expect(error?.name).toBe("ERR_BAD_REQUEST");
    expect(error?.fields).toEqual({ "a": "is required", "b": "is longer than 2", "c.branches[0].label": "is longer than 3" });
  });

  test("is answered with the code of the first broken rule that names one", () => {
    const receiver: FieldRules = { required: true, missingError: "ERR_EMPTY_RECEIVER", error: "ERR_BAD_REQUEST" };
    const error = errorOf(
      { a: "abc", b: "", c: "abc" },
      { name: "a", rules: { maxLen: 2 } }, { name: "b", rules: receiver },
      { name: "c", rules: { maxLen: 2, error: "ERR_INVALID_METADATA" } },
    );
    expect(error?.name).toBe("ERR_EMPTY_RECEIVER");
    expect(Object.keys(error?.fields ?? {})).toEqual(["a", "b", "c"]);
  });

  test("does not look into a case of a oneof that is not there", () => {
    const field = { name: "inner", type: "message", typeName: "Inner", oneof: "body" } as const;
    expect(errorOf({ body: undefined }, field)).toBeUndefined();
    expect(errorOf({ body: { $case: "other", value: {} } }, field)).toBeUndefined();
    expect(errorOf({ body: { $case: "inner", value: { uid: "" } } }, field)?.fields).toEqual({ "inner.uid": "is required" });
  });

  test("has the rules of a map held for its keys and values", () => {
    const field: Partial<FieldSchema> = { name: "x", type: "map", valueType: "string", rules: { maxLen: 2, maxItems: 2 } };
    expect(errorOf({ x: { ab: "cd" } }, field)).toBeUndefined();
    expect(errorOf({ x: { abc: "c" } }, field)?.fields).toEqual({ "x key": "is longer than 2" });
    expect(errorOf({ x: { a: "cde" } }, field)?.fields).toEqual({ "x value": "is longer than 2" });
    expect(errorOf({ x: { a: "", b: "", c: "" } }, field)?.fields).toEqual({ x: "has more than 2 items" });
    const counts: Partial<FieldSchema> = { name: "x", type: "map", valueType: "int64", rules: { lte: 9, maxLen: 2 } };
    expect(errorOf({ x: { ab: 10 } }, counts)?.fields).toEqual({ "x value": "is greater than 9" });
  });
});

describe("the contract", () => {
  const rules = Object.values(contractTable.messages).flatMap(({ fields }) => fields.map((field) => field.rules ?? {}));

  test("has no rule that is not implemented", () => {
    const known = new Set([...Object.keys(valueRules), "required", "maxItems", "error", "missingError"]);
    const unknown = rules.flatMap((one) => Object.keys(one)).filter((name) => !known.has(name));
    expect(unknown).toEqual([]);
    const formats = new Set<string | undefined>(["id", "url", "json_object", "json", undefined]);
    expect(rules.filter(({ format }) => !formats.has(format))).toEqual([]);
  });

  test("compiles for every request", () => {
    const validators = new Validators(contractTable);
    for (const { request } of Object.values(contractTable.methods)) validators.of(request);
  });
});
