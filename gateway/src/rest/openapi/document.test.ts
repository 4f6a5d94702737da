import { expect, test } from "vitest";
import { components } from "../entities/components.js";
import { restCodes } from "../error-codes.js";
import { routes } from "../routes/table.js";
import { unbuiltRoutes } from "../routes/unbuilt.js";
import { fieldsSchema } from "../schema/index.js";
import { schemaProblem } from "../testing/schema-problems.js";
import { ScriptedRest } from "../testing/scripted-rest.js";
import { openApiDocument } from "./document.js";
import { exampleSuccess, successSchema } from "./operation.js";

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly [extension: `x-parlance-${string}`]: unknown;
}

const document = openApiDocument(routes, unbuiltRoutes);
const paths = document["paths"] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
const operations = Object.entries(paths).flatMap(([path, byMethod]) =>
  Object.entries(byMethod).map(([method, operation]) => ({ path, method, operation })));

test("the document is OpenAPI 3.1 with every operation, each with an id of its own", () => {
  expect(document["openapi"]).toBe("3.1.0");
  expect(operations).toHaveLength(226);
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(226);
  for (const { operation } of operations) {
    expect(operation["x-parlance-number"]).toMatch(/^R-[A-Z]+-\d\d$/);
    expect([1, 2, 3]).toContain(operation["x-parlance-tier"]);
    expect(Array.isArray(operation["x-parlance-callers"])).toBe(true);
    expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
  }
});

test("every parameter of a path is described, and no other path parameter", () => {
  for (const { path, operation } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const described = (operation.parameters ?? []).filter((each) => each.in === "path").map(({ name }) => name);
    expect([path, described]).toEqual([path, named]);
  }
});

test("every reference leads somewhere", () => {
  const { schemas, responses } = document["components"] as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(schemas|responses)\/(\w+)"/g)];
  expect(refs.length).toBeGreaterThan(100);
  const lost = refs.filter(([, kind, name = ""]) => (kind === "schemas" ? schemas : responses)?.[name] === undefined).map(([ref]) => ref);
  expect(lost).toEqual([]);
});

test("every row names its RPC and codes of the REST catalogue", () => {
  for (const { path, method, operation } of operations) {
    const row = routes.find((each) => each.path === path && each.method.toLowerCase() === method);
    expect(operation["x-parlance-rpc"]).toBe(row?.contract.name);
    for (const code of (operation["x-parlance-errors"] ?? []) as never[]) expect([code, restCodes.has(code)]).toEqual([code, true]);
  }
});

test.each(routes.map((route) => [route.number, route] as const))("the example of %s fits its own schemas", (_number, route) => {
  const body = route.example.body ?? {};
  expect(schemaProblem(body, fieldsSchema(route.body), components)).toBeUndefined();
  expect(Object.keys(body).filter((name) => !Object.hasOwn(route.body, name))).toEqual([]);
  expect(schemaProblem(exampleSuccess(route), successSchema(route), components)).toBeUndefined();
});

test("the contract is served to anybody with a strong tag, and not twice", async () => {
  const rest = new ScriptedRest();
  const first = await rest.ask("GET", "/v3/openapi.json", { headers: { "accept-encoding": "gzip" } });
  expect([first.status, first.json["openapi"], first.headers["content-encoding"]]).toEqual([200, "3.1.0", "gzip"]);
  const { etag = "" } = first.headers;
  expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
  const second = await rest.ask("GET", "/v3/openapi.json", { headers: { "if-none-match": `"other", ${etag}` } });
  expect([second.status, second.text]).toEqual([304, ""]);
});
