import { fail } from "@parlance/platform/errors";
import { recordingLog } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { seededRandom } from "@parlance/platform/random";
import { methodNameOf, type OutgoingContext, type RpcChannel } from "@parlance/platform/rpc";
import { ManualClock } from "@parlance/platform/time";
import { GroupServiceService } from "@parlance/proto/group/v1/group_service";
import {
  App, KeyScope, User, VerifyApiKeyResponse, VerifyAuthTokenResponse, type VerifyApiKeyRequest, type VerifyAuthTokenRequest,
} from "@parlance/proto/identity/v1/identity";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";
import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { gunzipSync } from "node:zlib";
import { AppRates } from "../../ws/app-rates.js";
import type { HttpAnswer, HttpRequest } from "../../ws/transport.js";
import type { JsonObject } from "../input/json-body.js";
import { routes } from "../routes/table.js";
import type { CallerLetter } from "../routes/route.js";
import { createRest, type RestOptions } from "../server.js";

export const FULL_KEY = "full-one";
export const AUTH_KEY = "auth-one";
export const ADMIN_KEY = "admin-key-of-at-least-32-characters";
/** Headers with which each kind of caller comes. */
export const CREDENTIALS: Readonly<Record<CallerLetter, Readonly<Record<string, string>>>> = {
  F: { apikey: FULL_KEY }, A: { apikey: AUTH_KEY }, U: { authtoken: "alice-token" }, M: { adminkey: ADMIN_KEY },
};

const USERS: ReadonlySet<string> = new Set(["alice", "bob", "carol"]);

interface Codec {
  readonly path: string;
  readonly requestDeserialize: (bytes: never) => unknown;
  readonly responseSerialize: (value: never) => Uint8Array;
}

const codecs = new Map<string, Codec>([IdentityServiceService, GroupServiceService, MessagingServiceService]
  .flatMap((service) => Object.values(service) as Codec[]).map((codec) => [methodNameOf(codec.path), codec]));

export interface SeenCall {
  readonly method: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly context: OutgoingContext;
}

/** Services that answer each RPC with the example of its row. They know two apps, the users alice, bob and carol, their keys. */
export class FakeServices implements RpcChannel {
  /** Calls of operations, without those that prove a caller. */
  readonly seen: SeenCall[] = [];
  readonly #answers = new Map<string, (request: unknown) => unknown>();

  constructor() {
    for (const { contract, example } of routes) this.#answers.set(contract.name, () => example.response);
  }

  on(method: string, answer: (request: unknown) => unknown): void {
    this.#answers.set(method, answer);
  }

  async call(method: string, bytes: Uint8Array, context: OutgoingContext): Promise<Uint8Array> {
    const codec = codecs.get(method);
    if (codec === undefined) throw new Error(`no RPC ${method}`);
    const request = codec.requestDeserialize(bytes as never);
    await Promise.resolve();
    if (method === "identity.VerifyApiKey") return VerifyApiKeyResponse.encode(keyAnswer(request as VerifyApiKeyRequest)).finish();
    if (method === "identity.VerifyAuthToken") return VerifyAuthTokenResponse.encode(
      tokenAnswer(request as VerifyAuthTokenRequest),
    ).finish();
    this.seen.push({ method, request: request as SeenCall["request"], context });
    return codec.responseSerialize(this.#answers.get(method)?.(request) as never);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function checkApp(app: string, named: string): App {
  if (app === "suspended") throw fail("ERR_SUBSCRIPTION_EXPIRED");
  if (named !== "" && named !== app) throw fail("AUTH_ERR_INVALID_APPID");
  return App.fromPartial({ appId: app });
}

function keyAnswer({ apiKey, onBehalfOf, appId }: VerifyApiKeyRequest): VerifyApiKeyResponse {
  const [kind = "", app = ""] = apiKey.split("-");
  if (kind !== "full" && kind !== "auth") throw fail("AUTH_ERR_APIKEY_NOT_FOUND");
  if (onBehalfOf !== "" && !USERS.has(onBehalfOf.toLowerCase())) throw fail("ERR_UID_NOT_FOUND");
  return {
    app: checkApp(app, appId), keyId: `${kind}-handle`, scope: kind === "full" ? KeyScope.FULL_ACCESS : KeyScope.AUTH_ONLY,
    onBehalfOf: onBehalfOf === "" ? undefined : User.fromPartial({ uid: onBehalfOf.toLowerCase() }),
  };
}

function tokenAnswer({ token, appId }: VerifyAuthTokenRequest): VerifyAuthTokenResponse {
  const [uid = "", kind = ""] = token.split("-");
  if (kind === "expired") throw fail("AUTH_ERR_AUTH_TOKEN_EXPIRED");
  if (kind !== "token" || !USERS.has(uid)) throw fail("AUTH_ERR_AUTH_TOKEN_NOT_FOUND");
  return { app: checkApp("one", appId), user: User.fromPartial({ uid }), tokenId: `${uid}-handle`, expiresAtMs: 0 };
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object becomes JSON; text and bytes go as they are. */
  readonly body?: unknown;
  readonly address?: string;
}

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: JsonObject;
  readonly data: unknown;
  readonly error: GotError | undefined;
}

interface GotError {
  readonly code: string;
  readonly message: string;
  readonly details?: JsonObject;
  readonly params?: JsonObject;
}

/** REST without a network. */
export class ScriptedRest {
  readonly services = new FakeServices();
  readonly clock = new ManualClock(1_767_225_600_000);
  readonly log = recordingLog();
  readonly checks: Record<string, () => boolean> = { services: () => true };
  readonly #handlers;

  constructor(options: Partial<RestOptions> = {}) {
    const { services, clock, log, checks } = this;
    const channels = { identity: services, group: services, messaging: services, presence: services };
    this.#handlers = createRest({
      channels, clock, log, checks, random: seededRandom(1), metrics: createMetrics(), adminKeys: [ADMIN_KEY],
      corsOrigins: ["https://chat.example"],
      appRates: new AppRates({ core: 10_000, other: 20_000 }, clock), ...options,
    });
  }

  /** `target` with its query. */
  async ask(method: string, target: string, { headers = {}, body, address = "10.0.0.1" }: Asked = {}): Promise<Got> {
    const [path = "", ...query] = target.split("?");
    const route = this.#handlers.find(({ prefix }) => path.startsWith(prefix));
    if (route === undefined) throw new Error(`no route for ${path}`);
    const request: HttpRequest = {
      method, path, query: query.join("?"), remoteAddress: address, header: (name) => headers[name.toLowerCase()],
      body: () => Promise.resolve(bytesOf(body)),
    };
    return new Promise((resolve, reject) => {
      Promise.resolve(route.handler(request, (answer) => resolve(gotOf(answer)))).catch(reject);
    });
  }
}

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array(0);
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function gotOf({ status, headers = {}, body = "" }: HttpAnswer): Got {
  const bytes = headers["content-encoding"] === "gzip" ? gunzipSync(body) : Buffer.from(body);
  const text = bytes.toString();
  const json = text === "" ? {} : JSON.parse(text) as JsonObject;
  return { status, headers, text, json, data: json["data"], error: json["error"] as Got["error"] };
}
