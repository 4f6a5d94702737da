// Inputs meant to break: operators where text belongs (S21), prototypes and server fields (S17, S23), bombs (S20).

import { expect, test } from "vitest";
import type { Route } from "../routes/route.js";
import { routes } from "../routes/table.js";
import type { JsonSchema } from "../schema/index.js";
import { CREDENTIALS, ScriptedRest, type Got } from "../testing/scripted-rest.js";

const OPERATORS = [{ $ne: null }, { $gt: "" }, { $regex: ".*" }, { $where: "1" }, ["a"]];
const withBody = routes.filter(({ body }) => Object.keys(body).length > 0);
const numbered = withBody.map((route) => [route.number, route] as const);

function targetOf(route: Route): string {
  return Object.entries(route.example.params ?? {}).reduce((path, [name, value]) => path.replace(`{${name}}`, value), route.path);
}

function send(rest: ScriptedRest, route: Route, body: unknown, query = ""): Promise<Got> {
  const letter = route.callers[0] ?? "F";
  const acting = letter === "F" && route.onBehalfOf !== undefined ? { onbehalfof: "alice" } : {};
  return rest.ask(route.method, targetOf(route) + query, { headers: { ...CREDENTIALS[letter], ...acting }, body });
}

/** Paths of all places of a body where one value stands that is no object and no list. */
function scalarPlaces(schema: JsonSchema): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    if (inner.type === "array") return [];
    if (inner.properties !== undefined) return scalarPlaces(inner).map((path) => [name, ...path]);
    return inner.type === "object" ? [] : [[name]];
  });
}

function replaced(body: object, [name = "", ...rest]: readonly string[], value: unknown): object {
  const inner = (body as Record<string, object>)[name] ?? {};
  return { ...body, [name]: rest.length === 0 ? value : replaced(inner, rest, value) };
}

test.each(numbered)("%s takes no operator for a value", async (_number, route) => {
  const schema: JsonSchema = { properties: Object.fromEntries(Object.entries(route.body).map(([name, type]) => [name, type.schema])) };
  const rest = new ScriptedRest();
  for (const place of scalarPlaces(schema)) {
    for (const operator of OPERATORS) {
      const got = await send(rest, route, replaced(route.example.body ?? {}, place, operator));
      expect([place.join("."), operator, got.status]).toEqual([place.join("."), operator, 400]);
    }
  }
  expect(rest.services.seen).toEqual([]);
});

test("no query takes an operator in brackets", async () => {
  const rest = new ScriptedRest();
  for (const route of routes) {
    for (const query of ["?uid[$ne]=1", "?page[$gt]=", "?searchKey%5B$regex%5D=.*", "?a[b][c]=1", "?[x]=1", "?page[from]=1"]) {
      const got = await send(rest, route, route.example.body, query);
      // Rows without such a parameter pass a range over like any unknown name.
      if (query === "?page[from]=1" && route.query["page"] === undefined) continue;
      expect([route.number, query, got.status]).toEqual([route.number, query, 400]);
    }
  }
});

test.each(numbered)("%s refuses keys that become prototypes, at any depth", async (_number, route) => {
  const rest = new ScriptedRest();
  const example = JSON.stringify(route.example.body ?? {}).slice(1);
  const comma = example === "}" ? "" : ",";
  for (const key of ["__proto__", "constructor", "prototype", "\\u005f_proto__"]) {
    const pollution = `{"${key}":{"polluted":true}`;
    for (const hostile of [pollution + comma + example, `{"pad":{"a":[${pollution}}]}${comma}${example}`]) {
      expect((await send(rest, route, hostile)).status).toBe(400);
    }
  }
  expect(rest.services.seen).toEqual([]);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("bombs are refused before they are built", async () => {
  const rest = new ScriptedRest();
  const ask = async (body: unknown) => (await rest.ask("POST", "/v3/users", { headers: CREDENTIALS.F, body })).error;
  const user = (metadata: string) => `{"uid":"bob","name":"Bob","metadata":${metadata}}`;
  expect(await ask("[".repeat(100_000))).toMatchObject({ details: { body: ["nests deeper than 32 levels"] } });
  expect(await ask(user(`${'{"a":'.repeat(40)}1${"}".repeat(40)}`))).toMatchObject({ details: { body: ["nests deeper than 32 levels"] } });
  expect(await ask(user(`{"a":[${"1,".repeat(1_000)}1]}`))).toMatchObject({ details: { "metadata.a": ["has more than 1000 elements"] } });
  const keys = Array.from({ length: 1_001 }, (_, at) => `"k${at}":1`).join(",");
  expect(await ask(user(`{${keys}}`))).toMatchObject({ code: "ERR_BAD_REQUEST" });
  expect(await ask(user(`{"${"k".repeat(257)}":1}`))).toMatchObject({ code: "ERR_BAD_REQUEST" });
  expect(await ask(user('{"n":1e999}'))).toMatchObject({ details: { "metadata.n": ["is not a finite number"] } });
  expect(await ask(user('{"n":9007199254740993}'))).toMatchObject({ details: { "metadata.n": ["is beyond 2^53-1"] } });
  expect(await ask(user('{"t":"a\\u0000b"}'))).toMatchObject({ details: { "metadata.t": ["contains NUL"] } });
  expect(await ask(user('{"t":"\\ud800"}'))).toMatchObject({ details: { "metadata.t": ["is not well-formed text"] } });
  expect(await ask(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]))).toMatchObject({ details: { body: ["is not UTF-8"] } });
  for (const text of ["[]", "1", "null", '"a"', "{", "{'a':1}"]) expect((await ask(text))?.code).toBe("ERR_BAD_REQUEST");
  expect(rest.services.seen).toEqual([]);
});

test("long texts of one letter are answered at once by every row", async () => {
  const rest = new ScriptedRest();
  const long = `${"a".repeat(50_000)}!`;
  for (const route of withBody) {
    for (const name of Object.keys(route.body)) {
      const got = await send(rest, route, { ...route.example.body, [name]: long });
      expect([route.number, name, got.status]).toEqual([route.number, name, 400]);
    }
  }
});

test("the last of two keys counts, and null is nothing", async () => {
  const rest = new ScriptedRest();
  await rest.ask(
    "POST", "/v3/users", { headers: CREDENTIALS.F, body: '{"uid":"bob","name":"One","name":"Two","avatar":null,"tags":null}' },
  );
  expect(rest.services.seen[0]?.request).toMatchObject({ name: "Two", avatar: "", tags: [] });
});

test("the management surface refuses what it does not know", async () => {
  const rest = new ScriptedRest();
  const got = await rest.ask("POST", "/management/v1/apps?x=1", { headers: CREDENTIALS.M, body: { name: "Acme", owner: "me" } });
  expect([got.status, got.error?.details]).toEqual([400, { owner: ["is not known"], x: ["is not known"] }]);
});
