import { fail } from "@parlance/platform/errors";
import { ErrorCode, ErrorDetail } from "@parlance/proto/errors/v1/errors";
import { GetMessageRequest, GetMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import { describe, expect, test } from "vitest";
import { ScriptedGateway } from "../testing/scripted-gateway.js";
import { ask, type RequestOptions } from "../testing/scripted-request.js";
import type { GatewayConfig } from "../config.js";
import { callRoute } from "./call-route.js";

const path = "/v1/call/messaging.GetMessage";
const PROTO = "application/x-protobuf";
const TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

function started(config: Partial<GatewayConfig> = {}) {
  const gateway = new ScriptedGateway(config);
  gateway.services.on("messaging.GetMessage", () => GetMessageResponse.fromPartial({ message: { id: 7 } }));
  const { handler } = callRoute(gateway.wired.parts);
  return { gateway, ask: (options: Partial<RequestOptions>) => ask(handler, { path, ...options }) };
}

const textOf = (body: Uint8Array | string | undefined) => JSON.parse(Buffer.from(body ?? "").toString()) as Record<string, unknown>;

describe("POST /v1/call", () => {
  test("in JSON, with the token in authToken or as Bearer, is the user's call without a session", async () => {
    const { gateway, ask: askIt } = started();
    for (const headers of [{ authtoken: "alice-token" }, { authorization: "Bearer alice-token" }]) {
      const { status, headers: answered, body } = await askIt({ headers: { ...headers, "content-type": "application/json; charset=utf-8" }, body: '{"messageId":7}' });
      expect([status, answered?.["content-type"]]).toEqual([200, "application/json"]);
      expect(textOf(body)).toMatchObject({ message: { id: 7 } });
    }
    expect(gateway.services.calls("messaging.GetMessage")[0]).toMatchObject({
      request: { messageId: 7 }, context: { app: "one", caller: { kind: "user", uid: "alice", tokenId: "alice-handle" } },
    });
  });

  test("goes on with the trace of its header, also where the token is proved", async () => {
    const { gateway, ask: askIt } = started();
    await askIt({ headers: { authtoken: "alice-token", traceparent: TRACE }, body: '{"messageId":7}' });
    for (const method of ["identity.VerifyAuthToken", "messaging.GetMessage"]) {
      expect(gateway.services.calls(method)[0]?.context.traceParent).toBe(TRACE);
    }
  });

  test("in protobuf is bytes both ways, also for errors", async () => {
    const { gateway, ask: askIt } = started();
    const headers = { authtoken: "alice-token", "content-type": PROTO };
    const body = GetMessageRequest.encode(GetMessageRequest.fromPartial({ messageId: 7 })).finish();
    const fine = await askIt({ headers, body });
    expect(GetMessageResponse.decode(fine.body as Uint8Array).message?.id).toBe(7);
    gateway.services.on("messaging.GetMessage", () => { throw fail("ERR_MESSAGE_NO_ACCESS"); });
    const failed = await askIt({ headers, body });
    expect([failed.status, failed.headers?.["content-type"]]).toEqual([403, PROTO]);
    expect(ErrorDetail.decode(failed.body as Uint8Array).code).toBe(ErrorCode.ERR_MESSAGE_NO_ACCESS);
  });

  test("without or with a wrong token, of an unknown method, kind or body is refused with the status of its code", async () => {
    const { ask: askIt } = started();
    const headers = { authtoken: "alice-token" };
    const outcome = async (options: Partial<RequestOptions>) => {
      const { status, body } = await askIt(options);
      return [status, textOf(body)["code"]];
    };
    expect(await outcome({})).toEqual([401, "AUTH_ERR_EMPTY_AUTH_TOKEN"]);
    expect(await outcome({ headers: { authtoken: "x" } })).toEqual([401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND"]);
    expect(await outcome({ headers, path: "/v1/call/messaging.Nothing" })).toEqual([404, "ERR_API_NOT_FOUND"]);
    expect(await outcome({ headers, path: "/v1/call/identity.VerifyAuthToken" })).toEqual([403, "AUTH_ERR_NO_ACCESS"]);
    expect(await outcome({ headers, path: "/v1/call/presence.SubscribePresence" })).toEqual([400, "ERR_BAD_REQUEST"]);
    expect(await outcome({ headers: { ...headers, "content-type": "text/xml" } })).toEqual([415, "ERR_UNSUPPORTED_MEDIA_TYPE"]);
    for (const body of ["{", "[]", '{"strange":1}', "[".repeat(100_000)]) {
      expect(await outcome({ headers, body })).toEqual([400, "ERR_BAD_REQUEST"]);
    }
    expect(await outcome({ headers, body: "x".repeat(128 * 1024 + 1) })).toEqual([413, "ERR_PAYLOAD_TOO_LARGE"]);
    expect((await askIt({ headers, method: "GET" })).status).toBe(405);
  });

  test("shares the app's calls with the sockets and says when to try again", async () => {
    const { ask: askIt } = started({ gatewayOtherCallsPerMinute: 1 });
    const headers = { authtoken: "alice-token" };
    await askIt({ headers });
    const { status, headers: answered } = await askIt({ headers });
    expect([status, answered?.["retry-after"]]).toEqual([429, "60"]);
  });

  test("an unexpected failure is a 500 that tells nothing", async () => {
    const { gateway, ask: askIt } = started();
    gateway.log.expectError("a call over HTTP was not handled");
    gateway.services.on("messaging.GetMessage", () => { throw new Error("secret path"); });
    const { status, body } = await askIt({ headers: { authtoken: "alice-token" } });
    expect([status, Buffer.from(body ?? "").toString().includes("secret")]).toEqual([500, false]);
  });
});
