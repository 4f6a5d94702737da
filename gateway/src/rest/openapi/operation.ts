import { errors as catalogue } from "@parlance/proto/contract";
import { errorCodesOf } from "./errors-of.js";
import type { JsonObject } from "../input/json-body.js";
import { successBody } from "../answers.js";
import type { CallerLetter, HttpMethod, Route } from "../routes/route.js";
import type { UnbuiltRoute } from "../routes/unbuilt.js";
import { fieldsSchema, type JsonSchema } from "../schema/index.js";
import { exampleInput } from "./example-input.js";

const SCHEMES: Readonly<Record<CallerLetter, string>> = { F: "apiKey", A: "apiKey", U: "authToken", M: "adminKey" };
const ERROR = { $ref: "#/components/responses/Error" };

/** One row as OpenAPI describes an operation. */
export function operationOf(route: Route): JsonObject {
  const codes = errorCodesOf(route);
  return {
    operationId: operationId(route.number, route.contract.rpc),
    summary: route.summary,
    ...head(route),
    "x-parlance-callers": route.callers.map((letter) => (letter === "U" && route.ownUserOnly ? "U*" : letter)),
    "x-parlance-rpc": route.contract.name,
    parameters: parametersOf(route),
    ...(Object.keys(route.body).length === 0 ? {} : { requestBody: requestBody(route) }),
    responses: {
      200: {
        description: "Success.",
        content: { "application/json": { schema: successSchema(route), example: exampleSuccess(route) } },
      },
      ...Object.fromEntries([
        ...new Set(codes.map((code) => catalogue[code].http)),
      ].toSorted((one, other) => one - other).map((status) => [status, ERROR])),
    },
    "x-parlance-errors": codes,
    ...(route.later.length === 0 ? {} : { "x-parlance-later": route.later }),
  };
}

/** A known operation that answers 501. */
export function unbuiltOperation(route: UnbuiltRoute): JsonObject {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return {
    operationId: operationId(route.number, "notBuilt"),
    summary: "Not built yet.",
    ...head(route),
    parameters: names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    responses: { 501: ERROR },
    "x-parlance-errors": ["ERR_NOT_IMPLEMENTED"],
  };
}

interface Head {
  readonly number: string;
  readonly tier: number;
  readonly callers: readonly CallerLetter[];
  readonly method: HttpMethod;
}

function head({ number, tier, callers }: Head): JsonObject {
  return {
    tags: [number.split("-")[1]],
    security: [...new Set(callers.map((letter) => SCHEMES[letter]))].map((scheme) => ({ [scheme]: [] })),
    "x-parlance-number": number, "x-parlance-tier": tier, "x-parlance-callers": callers,
  };
}

/** Several rows may share an RPC, so the number makes it unique. */
function operationId(number: string, rpc: string): string {
  return `${rpc.charAt(0).toLowerCase()}${rpc.slice(1)}_${number.slice(2).replaceAll("-", "_")}`;
}

function parametersOf(route: Route): readonly JsonObject[] {
  const inPath = Object.entries(route.params).map(([name, { schema }]) => ({ name, in: "path", required: true, schema }));
  const inQuery = Object.entries(route.query).map(([name, { schema, many }]) => (
    { name, in: "query", required: false, schema, ...(many === "list" ? { style: "form", explode: false } : {}) }
  ));
  const acting = route.onBehalfOf === undefined ? [] : [{
    name: "onBehalfOf", in: "header", required: false, schema: { type: "string" } satisfies JsonSchema,
    description: `Acting user of a full access key; ${route.onBehalfOf}.`,
  }];
  return [...inPath, ...inQuery, ...acting];
}

function requestBody(route: Route): JsonObject {
  const schema = fieldsSchema(route.body);
  const { body: example } = route.example;
  return {
    required: schema.required !== undefined,
    content: {
      "application/json": {
        schema: route.strict ? { ...schema, additionalProperties: false } : schema, ...(example === undefined ? {} : { example }),
      },
    },
  };
}

/** The whole body of a success. */
export function successSchema({ success: { data, meta, cursor } }: Pick<Route, "success">): JsonSchema {
  const more = { ...(meta === undefined ? {} : { meta }), ...(cursor === undefined ? {} : { cursor }) };
  return { type: "object", properties: { data, ...more }, required: ["data"], additionalProperties: false };
}

export function exampleSuccess(route: Route): unknown {
  return JSON.parse(successBody(route.example.success(exampleInput(route)))) as unknown;
}
