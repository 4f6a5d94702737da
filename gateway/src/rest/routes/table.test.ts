import { describe, expect, it, test } from "vitest";
import { routes } from "./table.js";
import { unbuiltRoutes } from "./unbuilt.js";
import type { CallerLetter, Route } from "./route.js";
import { CREDENTIALS, ScriptedRest } from "../testing/scripted-rest.js";

// rest.md 8: operations by family and tier.
const COUNTS: Readonly<Record<string, readonly [number, number, number]>> = {
  SYS: [3, 1, 0], APP: [3, 11, 4], K: [5, 0, 0], U: [9, 0, 0], T: [8, 0, 0], F: [3, 0, 0], B: [3, 0, 0], R: [5, 9, 0],
  G: [16, 0, 0], M: [8, 0, 0],
  X: [9, 6, 0], C: [13, 8, 0], P: [0, 3, 0], MED: [0, 2, 0], CALL: [0, 6, 1], W: [0, 12, 0], N: [0, 29, 20],
  MOD: [0, 21, 5], STAT: [0, 2, 0], BOT: [0, 0, 1],
};
/** R-SYS-01 to -03 have no RPC and stand beside the table. */
const SYSTEM = [1, 2, 3].map((number) => ({ number: `R-SYS-0${number}`, tier: 1 }));
const all = [...SYSTEM, ...routes, ...unbuiltRoutes];

test("the table holds every operation of the specification once, in its tier", () => {
  const counts: Record<string, [number, number, number]> = {};
  for (const { number, tier } of all) {
    const family = number.split("-")[1] ?? "";
    (counts[family] ??= [0, 0, 0])[tier - 1]! += 1;
  }
  expect(counts).toEqual(COUNTS);
  expect(new Set(all.map(({ number }) => number)).size).toBe(226);
});

test("no row lets in a caller that the contract of its RPC refuses", () => {
  const access = { F: "API_KEY", A: "AUTH_KEY", U: "USER", M: "ADMIN" } as const;
  const wider = routes.flatMap(({ number, callers, contract }) =>
    callers.filter((letter) => !contract.access.includes(access[letter])).map((letter) => `${number} ${letter}`));
  expect(wider).toEqual([]);
});

test("rows that need an acting user in the contract ask for one", () => {
  const lax = routes.filter(({ contract, onBehalfOf }) => contract.needsActor && onBehalfOf === undefined).map(({ number }) => number);
  expect(lax).toEqual([]);
});

const LETTERS: readonly CallerLetter[] = ["F", "A", "U", "M"];

/** Every answer a caller of each kind gets; the example's user is alice, whose token U presents. */
describe.each(routes.map((route) => [`${route.number} ${route.method} ${route.path}`, route] as const))("%s", (_title, route) => {
  const target = Object.entries({ ...route.example.params, ...(route.ownUserOnly ? { uid: "alice" } : {}) })
    .reduce((path, [name, value]) => path.replace(`{${name}}`, value), route.path);
  const query = route.example.query === undefined ? "" : `?${route.example.query}`;

  it.each(LETTERS)("answers a caller of kind %s as the table says", async (letter) => {
    const rest = new ScriptedRest();
    const acting = letter === "F" && route.onBehalfOf !== undefined ? { onbehalfof: "alice" } : {};
    const got = await rest.ask(route.method, target + query, { headers: { ...CREDENTIALS[letter], ...acting }, body: route.example.body });
    const called = rest.services.seen.map(({ method }) => method);
    expect([got.status, got.error?.code, called]).toEqual(expectedOf(route, letter));
  });

  it("answers nobody without a credential", async () => {
    const got = await new ScriptedRest().ask(route.method, target + query, { body: route.example.body });
    expect([got.status, got.error?.code]).toEqual([
      401, route.callers.includes("M") ? "AUTH_ERR_EMPTY_AUTH_HEADER" : "AUTH_ERR_EMPTY_APIKEY",
    ]);
  });
});

/** Status, code and RPCs called. A credential of the other surface is none at all. */
function expectedOf({ callers, contract }: Route, letter: CallerLetter): readonly [number, string | undefined, readonly string[]] {
  if (callers.includes(letter)) return [200, undefined, [contract.name]];
  if (callers.includes("M")) return [401, "AUTH_ERR_EMPTY_AUTH_HEADER", []];
  return letter === "M" ? [401, "AUTH_ERR_EMPTY_APIKEY", []] : [403, "AUTH_ERR_NO_ACCESS", []];
}

test("a user token opens the sessions of its own user only", async () => {
  const own = routes.filter(({ ownUserOnly }) => ownUserOnly);
  expect(own.map(({ number }) => number)).toEqual(["R-T-02", "R-T-03", "R-T-06"]);
  for (const { method, path } of own) {
    const rest = new ScriptedRest();
    const ask = (uid: string) => rest.ask(method, path.replace("{uid}", uid).replace("{authToken}", "x"), { headers: CREDENTIALS.U });
    expect((await ask("bob")).error?.code).toBe("AUTH_ERR_NO_ACCESS");
    expect((await ask("ALICE")).status).toBe(200);
  }
});

test("operations that are not built say so", async () => {
  const rest = new ScriptedRest();
  for (const { method, path } of unbuiltRoutes) {
    const got = await rest.ask(method, path.replaceAll(/\{\w+\}/g, "x1"), { headers: CREDENTIALS.F });
    expect([method, path, got.status, got.error?.code]).toEqual([method, path, 501, "ERR_NOT_IMPLEMENTED"]);
  }
});
