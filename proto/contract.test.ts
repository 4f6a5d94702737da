// The rules every proto keeps (README.md). Each test names all offenders at once.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { FieldRules, FieldSchema, MethodContract } from "./contract-types.js";
import { errors, events, messages, methods } from "./gen/contract.js";

/** Exactly the rules the validator implements: a missing or an extra one does not compile. */
const implementedRules: Readonly<Record<keyof FieldRules, true>> = {
  required: true, minLen: true, maxLen: true, maxBytes: true, format: true, maxItems: true,
  gte: true, lte: true, definedOnly: true, error: true, missingError: true,
};
const isString = ({ type, valueType }: FieldSchema) => type === "string" || valueType === "string";
const isNumber = ({ type }: FieldSchema) => /^(double|float|[us]?int(32|64)|s?fixed(32|64))$/.test(type);
const isMany = ({ type, repeated }: FieldSchema) => repeated === true || type === "map";
/** Rules that say nothing about other types; on those they would be silently useless. */
const typesOfRule: Partial<Record<keyof FieldRules, (field: FieldSchema) => boolean>> = {
  minLen: isString,
  maxLen: isString,
  maxBytes: (field) => isString(field) || field.type === "bytes" || field.valueType === "bytes",
  format: isString,
  maxItems: isMany,
  gte: isNumber,
  lte: isNumber,
  definedOnly: ({ type, valueType }) => type === "enum" || valueType === "enum",
};
const implementedFormats = new Set(["id", "url", "json_object", "json"]);

const allMethods = Object.values(methods);
const allErrors = Object.values(errors);
const outside = allMethods.filter(({ access }) => access.some((kind) => kind !== "INTERNAL"));
const outsideFields = reachableFields(outside);
const allFields = Object.values(messages).flatMap(({ name, fields }) => fields.map((field) => [`${name}.${field.name}`, field] as const));

/** Fields of the requests and of every message inside them, by full name. */
function reachableFields(from: readonly MethodContract[]): ReadonlyMap<string, FieldSchema> {
  const fields = new Map<string, FieldSchema>();
  const seen = new Set<string>();
  const queue = from.map(({ request }) => request);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const field of messages[name]?.fields ?? []) {
      fields.set(`${name}.${field.name}`, field);
      if (field.typeName !== undefined) queue.push(field.typeName);
    }
  }
  return fields;
}

function offenders(fields: Iterable<readonly [string, FieldSchema]>, offends: (field: FieldSchema) => boolean): string[] {
  return [...fields].filter(([, field]) => offends(field)).map(([name]) => name);
}

/** An id has a length by its format; the other formats say nothing about size. */
function sizeIsLimited({ rules }: FieldSchema): boolean {
  return rules?.maxLen !== undefined || rules?.maxBytes !== undefined || rules?.format === "id";
}

/** Options of RPCs as the image has them: the table fills in what is missing. */
function methodOptionsByPath(): ReadonlyMap<string, Record<string, unknown>> {
  const image = JSON.parse(readFileSync(new URL("../gen/image.json", import.meta.url), "utf8")) as {
    file: { package?: string; service?: { name: string; method?: { name: string; options?: Record<string, object> }[] }[] }[];
  };
  return new Map(image.file.flatMap((file) => (file.service ?? []).flatMap((service) => (service.method ?? []).map((method) => [
    `/${file.package ?? ""}.${service.name}/${method.name}`,
    { ...method.options?.["[parlance.options.v1.method]"] },
  ] as const))));
}

function fieldOf({ request }: MethodContract, name: string): FieldSchema | undefined {
  return messages[request]?.fields.find((field) => field.name === name);
}

test("every RPC says who may call it", () => {
  expect(allMethods.filter(({ access }) => access.length === 0).map(({ name }) => name)).toEqual([]);
});

test("every RPC says its deadline", () => {
  const options = methodOptionsByPath();
  expect(allMethods.filter(({ path }) => options.get(path)?.["deadline"] === undefined).map(({ name }) => name)).toEqual([]);
});

test("every RPC that an app's users and keys can call counts in a rate bucket", () => {
  const counted = outside.filter(({ access }) => access.some((kind) => kind === "USER" || kind === "API_KEY" || kind === "AUTH_KEY"));
  expect(counted.filter(({ bucket }) => bucket === "none").map(({ name }) => name)).toEqual([]);
});

test("every RPC has a request and a response of its own", () => {
  const strangers = allMethods.filter(({ rpc, request, response }) =>
    !request.endsWith(`.${rpc}Request`) || !response.endsWith(`.${rpc}Response`));
  expect(strangers.map(({ name }) => name)).toEqual([]);
});

test("every route key is a plain string of the request itself", () => {
  const wrong = allMethods.flatMap((method) => method.routeKey
    .filter((name) => fieldOf(method, name)?.type !== "string" || fieldOf(method, name)?.repeated === true)
    .map((name) => `${method.name}: ${name}`));
  expect(wrong).toEqual([]);
});

test("every pair is told from a group by a ReceiverType beside one route key", () => {
  const pairs = allMethods.filter(({ routePair }) => routePair !== undefined);
  const isReceiverType = (method: MethodContract) =>
    fieldOf(method, method.routePair ?? "")?.typeName === "parlance.messaging.v1.ReceiverType";
  expect(pairs.filter((method) => method.routeKey.length !== 1 || !isReceiverType(method)).map(({ name }) => name)).toEqual([]);
});

test("only what may be repeated goes to every pod or names what makes it repeatable, a string of the request", () => {
  const wrong = allMethods.filter((method) => {
    const named = method.repeatableWith;
    if (named !== undefined && fieldOf(method, named)?.type !== "string") return true;
    return !method.idempotent && (method.everyPod || named !== undefined);
  });
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

test("every string and bytes field, alone, in a list or in a map, that an outside caller can send has a limit", () => {
  const hasSize = ({ type, valueType }: FieldSchema) => [type, valueType].some((kind) => kind === "string" || kind === "bytes");
  expect(offenders(outsideFields, (field) => hasSize(field) && !sizeIsLimited(field))).toEqual([]);
});

test("every list and map that an outside caller can send has a greatest number of items", () => {
  expect(offenders(outsideFields, (field) => isMany(field) && field.rules?.maxItems === undefined)).toEqual([]);
});

test("every rule used is one the validator implements", () => {
  const unknown = (field: FieldSchema) => Object.keys(field.rules ?? {}).some((rule) => !(rule in implementedRules))
    || (field.rules?.format !== undefined && !implementedFormats.has(field.rules.format));
  expect(offenders(allFields, unknown)).toEqual([]);
});

test("every rule is on a field of a type that it limits", () => {
  const misfits = (field: FieldSchema) => Object.keys(field.rules ?? {}).some((rule) => {
    const fits = typesOfRule[rule as keyof FieldRules];
    return fits !== undefined && !fits(field);
  });
  expect(offenders(allFields, misfits)).toEqual([]);
});

test("every error a rule names is in the catalogue", () => {
  const named = (field: FieldSchema) => [field.rules?.error, field.rules?.missingError].filter((name) => name !== undefined);
  expect(offenders(allFields, (field) => named(field).some((name) => !(name in errors)))).toEqual([]);
});

test("every event body has a topic and an audience", () => {
  expect(Object.values(events).filter(({ topic, audience }) => !topic || !audience).map(({ kind }) => kind)).toEqual([]);
});

test("every error that leaves the server maps to a gRPC and an HTTP status", () => {
  expect(allErrors.filter(({ grpc, http, local }) => grpc === "" || (!local && http < 400)).map(({ name }) => name)).toEqual([]);
});
