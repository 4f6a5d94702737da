import { describe, expect, it } from "vitest";
import { ADMIN_KEY, CREDENTIALS, FULL_KEY, ScriptedRest } from "../testing/scripted-rest.js";

const BOB = { uid: "bob", name: "Bob" };

describe("a credential", () => {
  it("that is missing, empty, unknown or expired is told apart", async () => {
    const rest = new ScriptedRest({ perMinute: { failedCredentials: 100 } });
    const code = async (headers: Record<string, string>) => (await rest.ask("GET", "/v3/users/bob", { headers })).error?.code;
    expect(await code({})).toBe("AUTH_ERR_EMPTY_APIKEY");
    expect(await code({ apikey: "" })).toBe("AUTH_ERR_EMPTY_APIKEY");
    expect(await code({ apikey: "wrong" })).toBe("AUTH_ERR_APIKEY_NOT_FOUND");
    expect(await code({ apikey: "x".repeat(5_000) })).toBe("AUTH_ERR_APIKEY_NOT_FOUND");
    expect(await code({ authtoken: "" })).toBe("AUTH_ERR_EMPTY_AUTH_TOKEN");
    expect(await code({ authorization: "Bearer " })).toBe("AUTH_ERR_EMPTY_AUTH_TOKEN");
    expect(await code({ authorization: "Basic abc" })).toBe("AUTH_ERR_EMPTY_APIKEY");
    expect(await code({ authtoken: "mallory-token" })).toBe("AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
    expect(await code({ authtoken: "alice-expired" })).toBe("AUTH_ERR_AUTH_TOKEN_EXPIRED");
    expect(await code({ apikey: "full-suspended" })).toBe("ERR_SUBSCRIPTION_EXPIRED");
    expect(await code({ authorization: "bearer alice-token" })).toBeUndefined();
    expect(await code({ authorization: `Bearer ${ADMIN_KEY}` })).toBe("AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
  });

  it("decides the app; another one in the header is refused", async () => {
    const rest = new ScriptedRest();
    const ask = (appid: string) => rest.ask("GET", "/v3/users/bob", { headers: { ...CREDENTIALS.F, appid } });
    expect((await ask("two")).error?.code).toBe("AUTH_ERR_INVALID_APPID");
    expect((await ask("a".repeat(5_000))).error?.code).toBe("AUTH_ERR_INVALID_APPID");
    expect((await ask("one")).status).toBe(200);
    expect(rest.services.seen.map(({ context }) => context.app)).toEqual(["one"]);
  });

  it("of a key counts before one of a token", async () => {
    const rest = new ScriptedRest();
    await rest.ask("GET", "/v3/users/bob", { headers: { ...CREDENTIALS.F, ...CREDENTIALS.U } });
    expect(rest.services.seen[0]?.context.caller).toEqual({ kind: "apiKey", scope: "fullAccess", keyId: "full-handle" });
  });

  it("of a server is not taken from a page, nor any from a page of a foreign origin", async () => {
    const rest = new ScriptedRest();
    const code = async (headers: Record<string, string>, origin: string) =>
      (await rest.ask("GET", "/v3/users/bob", { headers: { ...headers, origin } })).error?.code;
    expect(await code(CREDENTIALS.F, "https://chat.example")).toBe("AUTH_ERR_NO_ACCESS");
    expect(await code(CREDENTIALS.U, "https://chat.example")).toBeUndefined();
    const tricks = ["https://chat.example.evil", "http://chat.example", "https://chat.example:444", "https://CHAT.example", "null"];
    for (const foreign of tricks) {
      expect([foreign, await code(CREDENTIALS.U, foreign)]).toEqual([foreign, "AUTH_ERR_NO_ACCESS"]);
    }
  });

  it("that is wrong too often is answered 429, for that address only", async () => {
    const rest = new ScriptedRest();
    const status = async (apikey: string, address: string) => {
      const got = await rest.ask("GET", "/v3/users/bob", { headers: { apikey }, address });
      return got.status;
    };
    for (let time = 0; time < 10; time += 1) expect(await status("wrong", "10.0.0.9")).toBe(401);
    expect(await status("wrong", "10.0.0.9")).toBe(429);
    expect(await status("wrong", "10.0.0.8")).toBe(401);
    expect(await status(FULL_KEY, "10.0.0.9")).toBe(200);
  });

  it("of an administrator must be one of the deployment's", async () => {
    const rest = new ScriptedRest();
    const code = async (headers: Record<string, string>) => (await rest.ask("GET", "/management/v1/apps", { headers })).error?.code;
    expect(await code({})).toBe("AUTH_ERR_EMPTY_AUTH_HEADER");
    expect(await code({ adminkey: "wrong" })).toBe("AUTH_ERR_APIKEY_NOT_FOUND");
    expect(await code({ authorization: `Bearer ${ADMIN_KEY}` })).toBeUndefined();
    expect(() => new ScriptedRest({ adminKeys: ["short"] })).toThrow("32");
  });
});

describe("the acting user", () => {
  const callers = (rest: ScriptedRest) => rest.services.seen.map(({ context }) => context.caller);

  it("is named by onBehalfOf where the row has a use for it", async () => {
    const rest = new ScriptedRest();
    const headers = { ...CREDENTIALS.F, onbehalfof: "Alice" };
    await rest.ask("GET", "/v3/users/bob", { headers });
    await rest.ask("POST", "/v3/users", { headers: { ...CREDENTIALS.F, onbehalfof: "nobody" }, body: BOB });
    expect(callers(rest)).toEqual([
      { kind: "apiKey", scope: "fullAccess", keyId: "full-handle", onBehalfOf: "alice" },
      { kind: "apiKey", scope: "fullAccess", keyId: "full-handle" },
    ]);
  });

  it("must exist, and must be there where the row needs one", async () => {
    const rest = new ScriptedRest();
    const ask = (onbehalfof?: string) => rest.ask(
      "GET", "/v3/me", { headers: { ...CREDENTIALS.F, ...(onbehalfof === undefined ? {} : { onbehalfof }) } },
    );
    expect((await ask("nobody")).error).toMatchObject({ code: "ERR_UID_NOT_FOUND" });
    expect((await ask("no body")).error).toMatchObject({ code: "ERR_BAD_REQUEST", details: { onBehalfOf: ["is not an id"] } });
    expect((await ask()).error).toMatchObject({ code: "ERR_BAD_REQUEST", details: { onBehalfOf: ["is required"] } });
    expect(rest.services.seen).toEqual([]);
  });

  it("of a token is its user and no other", async () => {
    const rest = new ScriptedRest();
    const ask = (onbehalfof: string) => rest.ask("GET", "/v3/users/bob", { headers: { ...CREDENTIALS.U, onbehalfof } });
    expect((await ask("bob")).error?.code).toBe("AUTH_ERR_NO_ACCESS");
    expect((await ask("ALICE")).status).toBe(200);
    expect(callers(rest)).toEqual([{ kind: "user", uid: "alice", tokenId: "alice-handle" }]);
  });

  it("of R-M-06 without one is the user of the path, who then sees all conversations", async () => {
    const rest = new ScriptedRest();
    await rest.ask("GET", "/v3/users/bob/messages", { headers: CREDENTIALS.F });
    await rest.ask("GET", "/v3/users/bob/messages", { headers: { ...CREDENTIALS.F, onbehalfof: "alice" } });
    await rest.ask("GET", "/v3/users/alice/messages", { headers: CREDENTIALS.U });
    expect(callers(rest)).toMatchObject([{ onBehalfOf: "bob" }, { onBehalfOf: "alice" }, { uid: "alice" }]);
    expect(rest.services.seen.map(({ request }) => request["receiverId"])).toEqual(["", "bob", ""]);
  });
});
