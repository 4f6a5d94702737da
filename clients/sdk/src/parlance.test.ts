import { describe, expect, it } from "vitest";
import { connected, memoryStore, place, settings } from "./testing/place.js";
import { hostsOf } from "./hosts.js";

const nothing = new Uint8Array();
const code = (expected: string) => expect.objectContaining({ code: expected, name: expected });

describe("init and login", () => {
  it("refuses everything before init and without a user", async () => {
    const { parlance } = place();
    await expect(parlance.login("t")).rejects.toEqual(code("NOT_INITIALIZED"));
    await expect(parlance.getLoggedInUser()).rejects.toEqual(code("NOT_INITIALIZED"));
    expect(() => parlance.getConnectionStatus()).toThrow(code("NOT_INITIALIZED"));
    await expect(parlance.init("app001", new parlance.AppSettingsBuilder().build())).rejects.toEqual(code("REGION_IS_COMPULSORY"));
    expect(await parlance.init("app001", settings().build())).toBe(true);
    expect([await parlance.getLoggedInUser(), await parlance.getUserAuthToken(), parlance.getConnectionStatus()]).toEqual([null, null, "disconnected"]);
    await expect(parlance.connect()).rejects.toEqual(code("USER_NOT_LOGGED_IN"));
    await expect(parlance.getUser("bob")).rejects.toEqual(code("USER_NOT_LOGGED_IN"));
    await expect(parlance.login("")).rejects.toEqual(code("MISSING_PARAMETERS"));
  });

  it("logs in with a token, connects, and keeps the session for the next start", async () => {
    const store = memoryStore();
    const { parlance, https, gateway, settle } = place({ store });
    const logins: string[] = [];
    parlance.addLoginListener("test", { loginSuccess: ({ uid }) => logins.push(uid) });
    await parlance.init("app001", settings().build());
    expect(await parlance.login("alice_token")).toMatchObject({ uid: "alice", name: "Alice" });
    await settle();
    expect([logins, parlance.getConnectionStatus()]).toEqual([["alice"], "connected"]);
    expect(https).toMatchObject([{
      url: "http://localhost:1/v1/call/identity.GetUser", headers: { authToken: "alice_token", appId: "app001", "content-type": "application/x-protobuf" },
    }]);
    expect(gateway.socket.frames[0]?.body).toMatchObject({ value: { token: "alice_token", appId: "app001", platform: "test" } });
    const next = place({ store });
    await next.parlance.init("app001", settings().build());
    await next.settle();
    expect(await next.parlance.getLoggedInUser()).toMatchObject({ uid: "alice", name: "Alice" });
    expect([next.parlance.getConnectionStatus(), next.https]).toEqual(["connected", []]);
  });

  it("logs in with uid and auth key through a token that it makes, and deletes that token at logout", async () => {
    const { parlance, https, other, store } = place();
    other.set("identity.DeleteAuthToken", () => nothing);
    await parlance.init("app001", settings().build());
    await parlance.login("Alice", "key");
    expect(https[0]).toMatchObject({ method: "POST", url: "http://localhost:1/v3/users/Alice/auth_tokens", headers: { apikey: "key" } });
    expect(await parlance.getUserAuthToken()).toBe("alice_key");
    await parlance.logout();
    expect(https.at(-1)?.url).toContain("identity.DeleteAuthToken");
    expect([...store.values.keys()]).toEqual(["parlance:app001:device"]);
    await expect(parlance.logout()).rejects.toEqual(code("USER_NOT_LOGGED_IN"));
  });

  it("has one login at a time and one user at a time", async () => {
    const { parlance, other } = place();
    const failures: string[] = [];
    parlance.addLoginListener("test", { loginFailure: (exception) => failures.push(exception.code) });
    await parlance.init("app001", settings().build());
    const [first, second] = await Promise.allSettled([parlance.login("alice_token"), parlance.login("alice_token")]);
    expect([first.status, second]).toEqual(["fulfilled", { status: "rejected", reason: code("LOGIN_IN_PROGRESS") }]);
    expect(await parlance.login("alice_token")).toMatchObject({ uid: "alice" });
    expect(await parlance.login("ALICE", "key")).toMatchObject({ uid: "alice" });
    await expect(parlance.login("bob", "key")).rejects.toEqual(code("ALREADY_LOGGED_IN"));
    other.set("identity.GetUser", () => ({ error: "AUTH_ERR_AUTH_TOKEN_NOT_FOUND" }));
    await expect(parlance.login("bad")).rejects.toEqual(code("AUTH_ERR_AUTH_TOKEN_NOT_FOUND"));
    expect(failures).toEqual(["ALREADY_LOGGED_IN", "AUTH_ERR_AUTH_TOKEN_NOT_FOUND"]);
  });

  it("ends the session when the server does", async () => {
    const { parlance, gateway, store } = await connected();
    const ended: string[] = [];
    parlance.addLoginListener("test", { sessionEnded: (exception) => ended.push(exception.code) });
    gateway.socket.goodbye(4201);
    expect([ended, await parlance.getLoggedInUser(), store.values.size]).toEqual([["AUTH_ERR_AUTH_TOKEN_EXPIRED"], null, 1]);
  });

  it("keeps instances apart", async () => {
    const one = await connected();
    const other = place();
    await expect(other.parlance.getLoggedInUser()).rejects.toEqual(code("NOT_INITIALIZED"));
    expect(await one.parlance.getLoggedInUser()).toMatchObject({ uid: "alice" });
  });
});

describe("hosts", () => {
  it.each([
    [["localhost:80", undefined, undefined], "http://localhost:80", "http://localhost:80", "ws://localhost:80/v1/realtime"],
    [["ws://127.0.0.1:80/v1/realtime", "http://127.0.0.1:81/v3", undefined], "http://127.0.0.1:80", "http://127.0.0.1:81", "ws://127.0.0.1:80/v1/realtime"],
    [["chat.example.org", undefined, undefined], "https://chat.example.org", "https://chat.example.org", "wss://chat.example.org/v1/realtime"],
    [[undefined, undefined, "https://page.example.org"], "https://page.example.org", "https://page.example.org", "wss://page.example.org/v1/realtime"],
  ] as const)("reads %j", ([client, admin, origin], clientBase, adminBase, realtimeUrl) => {
    expect(hostsOf(client, admin, origin)).toEqual({ clientBase, adminBase, realtimeUrl });
  });
});
