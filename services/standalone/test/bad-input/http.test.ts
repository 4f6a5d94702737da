// Bad HTTP calls: status and catalogue error, and the next call works.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toUser } from "../testing/device.js";
import { textsOf } from "../testing/history.js";
import { SkippingClock } from "../testing/skipping-clock.js";
import type { Tenant } from "../testing/tenant.js";
import { TestPlatform } from "../testing/test-platform.js";
import { post } from "./ways.js";

const SEND = "messaging.SendMessage";
const good = JSON.stringify({ ...toUser("bob"), text: { text: "check" } });

let platform: TestPlatform;
let tenant: Tenant;
let token: string;

beforeEach(async () => {
  platform = await TestPlatform.start({ clock: new SkippingClock() });
  tenant = await platform.tenant();
  await tenant.users("alice", "bob");
  token = await tenant.token("alice");
});

afterEach(async () => {
  await goOn();
  await platform.stopClean();
});

/** The next call works, and nothing else was stored. */
async function goOn(): Promise<void> {
  expect(await post(platform.httpUrl, SEND, good, { authToken: await tenant.token("alice") })).toEqual({ status: 200, code: "" });
  expect(await textsOf(await tenant.device("bob"), toUser("alice"))).toEqual(["check"]);
}

const call = (body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}) =>
  post(platform.httpUrl, SEND, body, { authToken: token, ...headers });

describe("a call over HTTP", () => {
  it("without a token is 401, with one that was never given out too", async () => {
    expect(await post(platform.httpUrl, SEND, good, {})).toEqual({ status: 401, code: "AUTH_ERR_EMPTY_AUTH_TOKEN" });
    expect(await call(good, { authToken: `alice_${"x".repeat(43)}` })).toEqual({ status: 401, code: "AUTH_ERR_AUTH_TOKEN_NOT_FOUND" });
    expect(await call(good, { authToken: "" })).toEqual({ status: 401, code: "AUTH_ERR_EMPTY_AUTH_TOKEN" });
  });

  it("with a token that expired or was revoked is 401", async () => {
    const { authToken } = await platform.identity.createAuthToken({
      uid: "alice", deviceId: "", platform: "", appInfoJson: "", userAgent: "", expiresInSeconds: 60,
    }, platform.server(tenant.appId));
    await platform.skip(61_000);
    expect(await call(good, { authToken: authToken!.value })).toEqual({ status: 401, code: "AUTH_ERR_AUTH_TOKEN_EXPIRED" });
    const revoked = await tenant.token("alice");
    await platform.identity.deleteAuthToken({ uid: "alice", token: revoked }, platform.server(tenant.appId));
    expect(await call(good, { authToken: revoked })).toEqual({ status: 401, code: "AUTH_ERR_AUTH_TOKEN_NOT_FOUND" });
  });

  it("that names another app than its token's is 403", async () => {
    expect(await call(good, { appId: "another" })).toEqual({ status: 403, code: "AUTH_ERR_INVALID_APPID" });
  });

  it("that is no JSON, nests too deep, or is no protobuf is 400", async () => {
    const deep = `{"a":${"[".repeat(40)}${"]".repeat(40)}}`;
    for (const body of ["{", "[]", "5", deep]) expect([body, await call(body)]).toEqual([body, { status: 400, code: "ERR_BAD_REQUEST" }]);
    const proto = await call(Uint8Array.of(0xff, 0xff), { "content-type": "application/x-protobuf" });
    expect(proto.status).toBe(400);
  });

  it("of another content type is 415, of another verb 405", async () => {
    expect(await call(good, { "content-type": "text/html" })).toEqual({ status: 415, code: "ERR_UNSUPPORTED_MEDIA_TYPE" });
    expect((await fetch(`${platform.httpUrl}/v1/call/${SEND}`, { headers: { authToken: token } })).status).toBe(405);
  });

  it("with more than 128 KB is 413, and far more is not even read", async () => {
    expect(await call(JSON.stringify({ muid: "m".repeat(131_072) }))).toEqual({ status: 413, code: "ERR_PAYLOAD_TOO_LARGE" });
    const large = await call("x".repeat(3_000_000)).then(({ status }) => status, () => "cut");
    expect([413, "cut"]).toContain(large);
  });

  it("that only makes sense on a connection is refused", async () => {
    const answer = await post(platform.httpUrl, "presence.SubscribePresence", "{\"uids\":[\"bob\"]}", { authToken: token });
    expect(answer).toEqual({ status: 400, code: "ERR_BAD_REQUEST" });
  });
});
