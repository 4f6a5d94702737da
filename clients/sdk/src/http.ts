import { ErrorDetail } from "@parlance/proto/errors/v1/errors";
import type { Clock } from "./clock.js";
import { failure, fromDetail, toException, type ParlanceException } from "./errors.js";
import type { JsonObject } from "./model/wire.js";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Rejects when no answer came. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

const TIMEOUT_MS = 15_000;
const PROTOBUF = "application/x-protobuf";

/** The platform's own `fetch`. */
export function fetchHttp(): Http {
  return async ({ method, url, headers, body }) => {
    // A view on a larger buffer is not what fetch's types take.
    const answer = await fetch(url, { method, headers, body: typeof body === "string" ? body : new Uint8Array(body) });
    return { status: answer.status, body: new Uint8Array(await answer.arrayBuffer()) };
  };
}

export interface HttpCalls {
  /** One RPC without a socket: POST /v1/call/<service.Rpc>. */
  call(method: string, request: Uint8Array, token: string): Promise<Uint8Array>;
  /** One operation of REST v3 with an API key; answers `data`. */
  rest(method: "POST" | "PUT", path: string, apiKey: string, body: JsonObject): Promise<JsonObject>;
}

export interface HttpCallsOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly appId: string;
  readonly clientBase: string;
  readonly adminBase: string;
}

export function createHttpCalls({ http, clock, appId, clientBase, adminBase }: HttpCallsOptions): HttpCalls {
  const timed = async (request: HttpRequest): Promise<HttpAnswer> => {
    let cancel: () => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = () => timer.cancel();
      const timer = clock.after(TIMEOUT_MS, () => reject(failure("ERR_MISSION_FAILED")));
    });
    const answer = http(request).catch((error: unknown) => {
      throw failure("FAILED_TO_FETCH", { message: toException(error).message });
    });
    return Promise.race([answer, late]).finally(cancel);
  };
  return {
    call: async (method, body, authToken) => {
      const headers = { "content-type": PROTOBUF, appId, authToken };
      const answer = await timed({ method: "POST", url: `${clientBase}/v1/call/${method}`, headers, body });
      if (answer.status === 200) return answer.body;
      throw protoFailure(answer);
    },
    rest: async (method, path, apikey, body) => {
      const headers = { "content-type": "application/json", accept: "application/json", appId, apikey };
      const answer = await timed({ method, url: `${adminBase}/v3${path}`, headers, body: JSON.stringify(body) });
      const json = parse(answer);
      const data = json["data"];
      if (answer.status < 300 && typeof data === "object" && data !== null) return data as JsonObject;
      throw jsonFailure(answer.status, json["error"]);
    },
  };
}

function protoFailure({ status, body }: HttpAnswer): ParlanceException {
  try {
    const detail = ErrorDetail.decode(body);
    if (detail.code !== 0) return fromDetail(detail);
  } catch {
    // Something between here and the gateway has answered.
  }
  return strangeAnswer(status);
}

function parse({ body }: HttpAnswer): JsonObject {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as JsonObject;
  } catch {
    return {};
  }
}

function jsonFailure(status: number, error: unknown): ParlanceException {
  const { code, message } = (typeof error === "object" && error !== null ? error : {}) as JsonObject;
  if (typeof code !== "string") return strangeAnswer(status);
  const retryable = status === 429 || status === 503 || status === 504;
  return failure(code, { retryable, ...(typeof message === "string" ? { message } : {}) });
}

function strangeAnswer(status: number): ParlanceException {
  return failure("FAILED_TO_FETCH", { message: `The server answered with status ${status}.`, retryable: status >= 500 || status === 429 });
}
