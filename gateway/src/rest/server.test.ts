import { fail } from "@parlance/platform/errors";
import { GetUserResponse } from "@parlance/proto/identity/v1/identity";
import { describe, expect, it } from "vitest";
import { CREDENTIALS, ScriptedRest } from "./testing/scripted-rest.js";

const BOB = { uid: "bob", name: "Bob" };

describe("an answer", () => {
  it("carries the request's own id when it is one, and no store header", async () => {
    const rest = new ScriptedRest();
    const got = await rest.ask("GET", "/v3/users/bob", { headers: { ...CREDENTIALS.F, "x-request-id": "req-1" } });
    expect(got.headers).toMatchObject({
      "x-request-id": "req-1", "cache-control": "no-store", "x-content-type-options": "nosniff",
      "content-type": "application/json; charset=utf-8",
    });
    expect(rest.services.seen[0]?.context.requestId).toBe("req-1");
    const unasked = await rest.ask("GET", "/v3/users/bob", { headers: { ...CREDENTIALS.F, "x-request-id": "two words" } });
    expect(unasked.headers["x-request-id"]).toMatch(/^[\w-]{22}$/);
  });

  it("goes on with the trace of its header, or begins one", async () => {
    const rest = new ScriptedRest();
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    await rest.ask("GET", "/v3/users/bob", { headers: { ...CREDENTIALS.F, traceparent } });
    await rest.ask("GET", "/v3/users/bob", { headers: CREDENTIALS.F });
    const [given, begun] = rest.services.seen.map(({ context }) => context.traceParent);
    expect(given).toBe(traceparent);
    expect(begun).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });

  it("is compressed when it is asked for and worth it", async () => {
    const rest = new ScriptedRest();
    rest.services.on(
      "identity.GetUser",
      () => GetUserResponse.fromPartial({ user: { uid: "bob", metadataJson: JSON.stringify({ text: "a".repeat(2_000) }) } }),
    );
    const ask = (encoding: string) => rest.ask("GET", "/v3/users/bob", { headers: { ...CREDENTIALS.F, "accept-encoding": encoding } });
    expect((await ask("br, gzip")).headers).toMatchObject({ "content-encoding": "gzip", vary: "accept-encoding" });
    expect((await ask("gzip;q=0")).headers["content-encoding"]).toBeUndefined();
    expect((await ask("gzip")).data).toMatchObject({ uid: "bob", metadata: { text: "a".repeat(2_000) } });
  });

  it("names the body fields it ignored, but only as names", async () => {
    const rest = new ScriptedRest();
    const body = { ...BOB, createdAt: 1, appId: "two", seq: 3, "a\r\nb": 1, withAuthToken: "false" };
    const got = await rest.ask("POST", "/v3/users?foo=1", { headers: CREDENTIALS.F, body });
    expect(got.headers["x-ignored-fields"]).toBe("createdAt,appId,seq,foo");
    expect(rest.services.seen[0]?.request).toMatchObject({ uid: "bob", name: "Bob", withAuthToken: false });
  });

  it("tells what is left of the bucket with least left, and when to come back", async () => {
    const rest = new ScriptedRest({ perMinute: { userToken: 2 } });
    const ask = () => rest.ask("GET", "/v3/me", { headers: CREDENTIALS.U });
    expect((await ask()).headers).toMatchObject({ "x-rate-limit": "2", "x-rate-limit-remaining": "1" });
    expect((await ask()).headers).toMatchObject({ "x-rate-limit-remaining": "0" });
    const refused = await ask();
    expect([refused.status, refused.error?.code, refused.error?.params]).toEqual([429, "ERR_TOO_MANY_REQUESTS", { retryAfterMs: 30_000 }]);
    expect(refused.headers).toMatchObject({
      "x-rate-limit": "2", "x-rate-limit-remaining": "0", "retry-after": "30", "x-rate-limit-reset": String(rest.clock.now() / 1_000 + 30),
    });
    expect((await rest.ask("GET", "/v3/me", { headers: { authtoken: "bob-token" } })).status).toBe(200);
    await rest.clock.advance(30_000);
    expect((await ask()).status).toBe(200);
  });
});

describe("the path", () => {
  it("is known, or answered with ERR_API_NOT_FOUND; the method belongs to it", async () => {
    const rest = new ScriptedRest();
    const code = async (method: string, path: string) => (await rest.ask(method, path, { headers: CREDENTIALS.F })).error?.code ?? "none";
    expect(await code("GET", "/v3/nothing")).toBe("ERR_API_NOT_FOUND");
    expect(await code("PATCH", "/v3/users")).toBe("ERR_API_NOT_FOUND");
    expect(await code("GET", "/v3x/users")).toBe("ERR_API_NOT_FOUND");
    expect(await code("GET", "/v2/users")).toBe("ERR_INVALID_API_VERSION");
    expect(await code("GET", "/v3/users//")).toBe("ERR_API_NOT_FOUND");
    expect(await code("GET", "/v3/users/%C3%28")).toBe("ERR_BAD_REQUEST");
    expect(await code("GET", "/v3/users/")).toBe("none");
    expect(await code("HEAD", "/v3/users")).toBe("none");
  });

  it("is decoded once and lower-cased", async () => {
    const rest = new ScriptedRest();
    await rest.ask("GET", "/v3/users/B%6Fb", { headers: CREDENTIALS.F });
    expect(rest.services.seen[0]?.request).toEqual({ uid: "bob" });
    const twice = await rest.ask("GET", "/v3/users/b%256Fb", { headers: CREDENTIALS.F });
    expect([twice.status, twice.error?.details]).toEqual([400, { uid: ["is not an id"] }]);
  });
});

describe("a failure", () => {
  it("has the status of its code, its fields as lists and its params as values", async () => {
    const rest = new ScriptedRest();
    rest.services.on(
      "group.JoinGroup",
      () => { throw fail("ERR_NO_VACANCY", "Full.", { params: { limit: "100000" }, fields: { metadataJson: "is bad" } }); },
    );
    const got = await rest.ask("POST", "/v3/groups/g1/join", { headers: CREDENTIALS.U });
    expect([got.status, got.json]).toEqual([409, {
      error: {
        code: "ERR_NO_VACANCY", message: "Full.", devMessage: "Full.", source: "chat-api",
        details: { metadata: ["is bad"] }, params: { limit: 100_000 },
        requestId: got.headers["x-request-id"],
      },
    }]);
  });

  it("of a conflict names the field", async () => {
    const rest = new ScriptedRest();
    rest.services.on("identity.CreateUser", () => { throw fail("ERR_UID_ALREADY_EXISTS"); });
    const got = await rest.ask("POST", "/v3/users", { headers: CREDENTIALS.F, body: BOB });
    expect([got.status, got.error?.details]).toEqual([409, { uid: ["is taken"] }]);
  });

  it("that nobody expected says nothing but that, and is logged under the request's id", async () => {
    const rest = new ScriptedRest();
    rest.services.on("identity.GetUser", () => { throw new TypeError("driver at /srv/secret.js"); });
    const got = await rest.ask("GET", "/v3/users/bob", { headers: { ...CREDENTIALS.F, "x-request-id": "req-7" } });
    expect([got.status, got.error?.code, got.text.includes("secret")]).toEqual([500, "ERR_EXCEPTION", false]);
    expect(rest.log.unexpected).toHaveLength(1);
  });

  it("of a dependency says when to come back", async () => {
    const rest = new ScriptedRest();
    rest.services.on("identity.GetUser", () => { throw fail("ERR_OPERATION_FAILED"); });
    const got = await rest.ask("GET", "/v3/users/bob", { headers: CREDENTIALS.F });
    expect([got.status, got.headers["retry-after"]]).toEqual([503, "1"]);
  });

  it("with a code that REST does not have becomes the one that says the same", async () => {
    const rest = new ScriptedRest();
    rest.services.on("identity.GetUser", () => { throw fail("INVALID_SCOPE_VALUE"); });
    const got = await rest.ask("GET", "/v3/users/bob", { headers: CREDENTIALS.F });
    expect([got.status, got.error?.code]).toEqual([400, "ERR_BAD_REQUEST"]);
  });

  it("answers in the order of the checks", async () => {
    const rest = new ScriptedRest({ perMinute: { userToken: 0.5 } });
    const wrong = { "content-type": "text/plain", "content-length": "4", onbehalfof: "bob", origin: "https://evil.example" };
    const bad = { body: "{bad" };
    const code = async (path: string, headers: Record<string, string>) => (await rest.ask("POST", path, { ...bad, headers })).error?.code;
    expect(await code("/v3/nothing", wrong)).toBe("ERR_API_NOT_FOUND");
    expect(await code("/v3/groups", wrong)).toBe("ERR_UNSUPPORTED_MEDIA_TYPE");
    const { "content-type": _type, ...typed } = wrong;
    expect(await code("/v3/groups", typed)).toBe("AUTH_ERR_EMPTY_APIKEY");
    expect(await code("/v3/users", { ...typed, ...CREDENTIALS.U })).toBe("AUTH_ERR_NO_ACCESS");
    const { origin: _origin, ...local } = typed;
    expect(await code("/v3/users", { ...local, ...CREDENTIALS.U })).toBe("AUTH_ERR_NO_ACCESS");
    expect(await code("/v3/groups", { ...local, ...CREDENTIALS.U })).toBe("ERR_TOO_MANY_REQUESTS");
    const calm = new ScriptedRest();
    const later = async (body: unknown) => (await calm.ask("POST", "/v3/groups", { headers: { ...local, ...CREDENTIALS.U }, body })).error;
    expect(await later("{bad")).toMatchObject({ code: "ERR_BAD_REQUEST", details: { body: ["is not JSON"] } });
    expect(await later({ guid: "g 1" })).toMatchObject({
      code: "ERR_BAD_REQUEST", details: { guid: ["is not an id"], name: ["is required"] },
    });
    expect(await later({ guid: "g1", name: "G" })).toMatchObject({ code: "AUTH_ERR_NO_ACCESS" });
  });
});

describe("sizes and types", () => {
  it("are refused by the head alone where it tells them", async () => {
    const rest = new ScriptedRest();
    const ask = (headers: Record<string, string>, body?: unknown) => rest.ask(
      "POST", "/v3/users", { headers: { ...CREDENTIALS.F, ...headers }, body },
    );
    expect(
      (await ask({ "content-length": String(256 * 1_024 + 1) })).error,
    ).toMatchObject({ code: "ERR_PAYLOAD_TOO_LARGE", params: { limit: 262_144 } });
    expect((await ask({}, { ...BOB, pad: "a".repeat(300_000) })).status).toBe(413);
    expect((await rest.ask("GET", `/v3/users?searchKey=${"a".repeat(9_000)}`, { headers: CREDENTIALS.F })).status).toBe(413);
    expect((await ask({ "content-type": "application/x-www-form-urlencoded" }, "uid=bob")).status).toBe(415);
    expect((await ask({ "content-type": "application/json; charset=utf-16" }, BOB)).status).toBe(415);
    expect((await ask({ "content-type": "application/json;charset=UTF-8" }, BOB)).status).toBe(200);
    expect((await ask({}, BOB)).status).toBe(200);
  });
});

describe("DELETE", () => {
  it("reads a body, and each of its fields from the query where it is missing", async () => {
    const rest = new ScriptedRest();
    const ask = (target: string, body?: unknown) => rest.ask("DELETE", target, { headers: CREDENTIALS.F, body });
    await ask("/v3/users", { uidsToDeactivate: ["bob"] });
    await ask("/v3/users?uidsToDeactivate=bob,carol");
    await ask("/v3/users?uidsToDeactivate=bob", { uidsToDeactivate: ["alice"] });
    expect(rest.services.seen.map(({ request }) => request["uids"])).toEqual([["bob"], ["bob", "carol"], ["alice"]]);
    expect((await ask("/v3/users")).error?.details).toEqual({ uidsToDeactivate: ["is required"] });
  });
});

describe("health", () => {
  it("tells live and ready apart", async () => {
    const rest = new ScriptedRest();
    expect((await rest.ask("GET", "/health/live")).json).toEqual({ status: "ok" });
    expect((await rest.ask("GET", "/health/ready")).json).toEqual({ status: "ok", checks: { services: "ok" } });
    rest.checks["draining"] = () => { throw new Error("away"); };
    const got = await rest.ask("GET", "/health/ready");
    expect([got.status, got.json]).toEqual([503, { status: "fail", checks: { services: "ok", draining: "fail" } }]);
    expect((await rest.ask("GET", "/health/other")).error?.code).toBe("ERR_API_NOT_FOUND");
  });
});
