// POST /v1/call/<service.Rpc>: the call of a call frame without a socket. The token comes in `authToken` or as Bearer; body and
// answer are JSON or protobuf by the content type; a failure is an ErrorDetail in the same form, with the status of its code.

import { AppError, ErrorCode, fail, httpStatusOf } from "@parlance/platform/errors";
import { appId, randomId, uid } from "@parlance/platform/ids";
import { nestsDeeper, type Traced } from "@parlance/platform/rpc";
import { ErrorDetail } from "@parlance/proto/errors/v1/errors";
import { ownContext } from "../clients.js";
import { bearerOf } from "../ws/admission.js";
import { clientDetail } from "../ws/client-detail.js";
import { jsonBytes } from "../ws/frames.js";
import type { GatewayParts } from "../ws/parts.js";
import { SUBSCRIBE, UNSUBSCRIBE } from "../ws/presence-interest.js";
import type { UserCaller } from "../ws/session.js";
import type { HttpAnswer, HttpRequest } from "../ws/transport.js";
import { channelOf, userMethod } from "../ws/user-method.js";
import { FRAME_BYTES_MAX } from "../ws/welcome.js";
import type { HttpRoute } from "./router.js";

type Parts = Pick<GatewayParts, "appRates" | "channels" | "clients" | "codec" | "log" | "random" | "traces">;

const PREFIX = "/v1/call/";
const ERROR_DETAIL = "parlance.errors.v1.ErrorDetail";
const JSON_TYPE = "application/json";
const PROTO_TYPES: ReadonlySet<string> = new Set(["application/x-protobuf", "application/protobuf"]);

export function callRoute(parts: Parts): HttpRoute {
  return {
    prefix: PREFIX,
    handler: async (request, respond) => {
      const type = (request.header("content-type") ?? JSON_TYPE).split(";")[0]?.trim().toLowerCase() ?? "";
      try {
        respond(await answerCall(parts, request, type));
      } catch (error) {
        respond(failure(parts, error, PROTO_TYPES.has(type) ? type : JSON_TYPE));
      }
    },
  };
}

async function answerCall(parts: Parts, request: HttpRequest, type: string): Promise<HttpAnswer> {
  if (request.method !== "POST") return { status: 405, headers: { allow: "POST" } };
  const isJson = type === JSON_TYPE;
  if (!isJson && !PROTO_TYPES.has(type)) throw fail("ERR_UNSUPPORTED_MEDIA_TYPE");
  const contract = userMethod(request.path.slice(PREFIX.length));
  if (contract.name === SUBSCRIBE || contract.name === UNSUBSCRIBE) throw fail("ERR_BAD_REQUEST", "This call belongs to a connection.");
  const body = await request.body();
  if (body.byteLength > FRAME_BYTES_MAX) throw fail("ERR_PAYLOAD_TOO_LARGE", undefined, { params: { limit: FRAME_BYTES_MAX } });
  const message = isJson ? parts.codec.jsonToRequest(contract.name, jsonOf(body)) : body;
  const traced = { requestId: randomId(parts.random), traceParent: parts.traces.of(request.header("traceparent")) };
  const { app, caller } = await authenticate(parts, request, traced);
  const refusal = parts.appRates.take(app, contract);
  if (refusal !== undefined) throw refusal;
  const response = await channelOf(parts.channels, contract).call(contract.name, message, { app, caller, ...traced });
  return success(isJson ? jsonBytes(parts.codec.responseToJson(contract.name, response)) : response, type, traced.requestId);
}

async function authenticate(parts: Parts, request: HttpRequest, traced: Traced) {
  const token = request.header("authtoken") ?? bearerOf(request.header("authorization")) ?? "";
  if (token === "") throw fail("AUTH_ERR_EMPTY_AUTH_TOKEN");
  const { app, user, tokenId } = await parts.clients.identity.verifyAuthToken(
    { token, deviceId: "", appId: request.header("appid") ?? "" }, ownContext(appId(""), traced),
  );
  if (app === undefined || user === undefined) throw new Error("identity verified a token without app or user");
  const caller: UserCaller = { kind: "user", uid: uid(user.uid), tokenId };
  return { app: appId(app.appId), caller };
}

function jsonOf(body: Uint8Array): unknown {
  if (body.byteLength === 0) return {};
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  if (nestsDeeper(text)) throw fail("ERR_BAD_REQUEST", "The body nests deeper than 32 levels.");
  try {
    return JSON.parse(text);
  } catch {
    throw fail("ERR_BAD_REQUEST", "The body is not JSON.");
  }
}

function success(body: Uint8Array, type: string, requestId: string): HttpAnswer {
  return { status: 200, headers: { ...COMMON, "content-type": type, "x-request-id": requestId }, body };
}

function failure(parts: Parts, error: unknown, type: string): HttpAnswer {
  if (!(error instanceof AppError)) parts.log.error({ error }, "a call over HTTP was not handled");
  const detail = clientDetail(error);
  const bytes = ErrorDetail.encode(detail).finish();
  const retry = detail.code === ErrorCode.ERR_TOO_MANY_REQUESTS
    ? { "retry-after": String(Math.max(1, Math.ceil(detail.retryAfterMs / 1_000))) } : {};
  return {
    status: httpStatusOf(detail.code),
    headers: { ...COMMON, ...retry, "content-type": type },
    body: type === JSON_TYPE ? jsonBytes(parts.codec.messageToJson(ERROR_DETAIL, bytes)) : bytes,
  };
}

const COMMON = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
