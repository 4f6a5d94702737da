// The three ways in which a user's call reaches the platform. Each answers the catalogue name of the refusal, or "ok".
import { AppError } from "@parlance/platform/errors";
import { createJsonCodec } from "@parlance/platform/rpc";
import type { Json } from "@parlance/platform/testing";
import { ErrorCode, ErrorDetail } from "@parlance/proto/errors/v1/errors";
import { BinaryClient } from "../testing/binary-client.js";
import type { Device } from "../testing/device.js";
import type { Tenant } from "../testing/tenant.js";
import type { TestPlatform } from "../testing/test-platform.js";

export interface Way {
  readonly name: "JSON socket" | "binary socket" | "call over HTTP";
  /** A request as JSON; the binary way encodes it. */
  call(method: string, request: Json): Promise<string>;
}

const codec = createJsonCodec();

export async function openWays(platform: TestPlatform, tenant: Tenant, uid: string): Promise<readonly [Way, Way, Way]> {
  const token = await tenant.token(uid);
  const binary = await BinaryClient.open({ port: platform.port });
  await binary.hello(token);
  return [jsonWay(await tenant.device(uid, "json")), binaryWay(binary), httpWay(platform.httpUrl, token)];
}

function jsonWay(device: Device): Way {
  return {
    name: "JSON socket",
    call: async (method, request) => {
      const answer = await device.client.call(method, request);
      return answer.outcome === "fail" ? answer.error.code : answer.outcome;
    },
  };
}

function binaryWay(client: BinaryClient): Way {
  return { name: "binary socket", call: (method, request) => outcomeOf(() => client.call(method, bytesOf(method, request))) };
}

/** Of what cannot be encoded for want of a method, nothing. */
function bytesOf(method: string, request: Json): Uint8Array {
  return Object.keys(request).length === 0 ? new Uint8Array(0) : codec.jsonToRequest(method, request);
}

export async function outcomeOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return "ok";
  } catch (error) {
    if (error instanceof AppError) return error.name;
    throw error;
  }
}

function httpWay(url: string, token: string): Way {
  return {
    name: "call over HTTP",
    call: async (method, request) => {
      const { status, code } = await post(url, method, JSON.stringify(request), { authToken: token });
      return status === 200 ? "ok" : code;
    },
  };
}

/** One call over HTTP, as it is. */
export async function post(
  url: string, method: string, body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly code: string }> {
  const response = await fetch(`${url}/v1/call/${method}`, {
    method: "POST", body, headers: { "content-type": "application/json", ...headers },
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (response.status === 200 || bytes.length === 0) return { status: response.status, code: "" };
  const isJson = response.headers.get("content-type") === "application/json";
  const detail = isJson ? (JSON.parse(Buffer.from(bytes).toString()) as Json) : undefined;
  const code = detail === undefined ? ErrorCode[ErrorDetail.decode(bytes).code] : detail["code"] as string;
  return { status: response.status, code };
}
