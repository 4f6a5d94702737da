import { describe, expect, test } from "vitest";
import { ask } from "../testing/scripted-request.js";
import { Origins } from "../ws/origins.js";
import type { HttpHandler } from "../ws/transport.js";
import { Router } from "./router.js";

function routerFor(origins: readonly string[], requestsMax = 10): Router {
  return new Router({ origins: new Origins(origins), requestsMax, figures: { refused: () => undefined } });
}

const says = (body: string): HttpHandler => (_request, respond) => respond({ status: 200, body });

describe("the router", () => {
  test("gives a request to the longest prefix, and 404 when there is none", async () => {
    const router = routerFor([]);
    router.add([{ prefix: "/v3/", handler: says("v3") }]);
    router.add([{ prefix: "/v3/users/", handler: says("users") }]);
    const at = (path: string) => ask((request, respond) => router.handle(request, respond), { path });
    expect([(await at("/v3/users/1")).body, (await at("/v3/groups")).body, (await at("/v3")).status]).toEqual(["users", "v3", 404]);
    expect(() => router.add([{ prefix: "/v3/", handler: says("again") }])).toThrow("/v3/");
  });

  test("answers browsers of listed origins, preflights too, and refuses others", async () => {
    const router = routerFor(["https://app.example"]);
    router.add([{ prefix: "/", handler: says("fine") }]);
    const from = (origin: string, method = "POST") => ask((request, respond) => router.handle(request, respond), { method, path: "/", headers: { origin } });
    expect(await from("https://app.example")).toMatchObject({ status: 200, headers: { "access-control-allow-origin": "https://app.example", vary: "origin" } });
    expect(await from("https://app.example", "OPTIONS")).toMatchObject({ status: 204, headers: { "access-control-allow-headers": expect.stringContaining("authtoken") as string } });
    expect(await from("https://evil.example")).toEqual({ status: 403 });
    expect(await from("null", "OPTIONS")).toEqual({ status: 403 });
  });

  test("lets a route judge foreign origins itself, without telling the page that it may read the answer", async () => {
    const router = routerFor(["https://app.example"]);
    router.add([{ prefix: "/v3", handler: says("judged"), ownsOrigins: true }]);
    const from = (origin: string, method = "GET") => ask((request, respond) => router.handle(request, respond), { method, path: "/v3", headers: { origin } });
    expect(await from("https://evil.example")).toEqual({ status: 200, body: "judged" });
    expect(await from("https://evil.example", "OPTIONS")).toEqual({ status: 403 });
    expect(await from("https://app.example")).toMatchObject({ headers: { "access-control-expose-headers": expect.stringContaining("X-Request-Id") as string } });
  });

  test("refuses more than it may run at once, and frees the place of those that fail (Q19)", async () => {
    const router = routerFor([], 1);
    let go!: () => void;
    const gate = new Promise<void>((resolve) => { go = resolve; });
    router.add([
      { prefix: "/slow", handler: async (_request, respond) => { await gate; respond({ status: 200 }); } },
      { prefix: "/broken", handler: () => { throw new Error("broken"); } },
    ]);
    const at = (path: string) => ask((request, respond) => router.handle(request, respond), { path });
    const slow = at("/slow");
    expect(await at("/slow")).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    go();
    expect((await slow).status).toBe(200);
    await expect(at("/broken")).rejects.toThrow("broken");
    expect((await at("/slow")).status).toBe(200);
  });
});
