// An SDK whose time, chance, network and server a test owns.

import { GetUserResponse, User } from "@parlance/proto/identity/v1/identity";
import { ErrorDetail } from "@parlance/proto/errors/v1/errors";
import type { KeyValueStore } from "../environment.js";
import type { HttpRequest } from "../http.js";
import { createParlance } from "../parlance.js";
import { AppSettingsBuilder } from "../settings.js";
import { detailOf, FakeGateway, type Answer } from "./fake-gateway.js";
import { FakeMessaging, ME } from "./fake-messaging.js";
import { ManualClock, settle } from "./manual-clock.js";

export function sequence(values: readonly number[] = [0.5]) {
  let at = 0;
  let ids = 0;
  return {
    next: () => values[at++ % values.length] ?? 0,
    id: () => {
      ids += 1;
      return `id-${ids}`;
    },
  };
}

export function memoryStore(): KeyValueStore & { readonly values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values, get: (key) => values.get(key), set: (key, value) => void values.set(key, value), remove: (key) => void values.delete(key),
  };
}

export const settings = () => new AppSettingsBuilder().setRegion("local").overrideClientHost("localhost:1");

/** Remembers calls of every callback it is asked for, as `name(first argument's gist)`. */
export function recorder(gist: (name: string, args: readonly unknown[]) => string) {
  const heard: string[] = [];
  const listener = new Proxy({}, {
    get: (_, name) => (...args: readonly unknown[]) => heard.push(gist(String(name), args)),
  });
  return { heard, listener: listener as Record<string, never> };
}

export function place({ store = memoryStore(), random = sequence() } = {}) {
  const clock = new ManualClock();
  const gateway = new FakeGateway();
  const messaging = new FakeMessaging();
  const https: HttpRequest[] = [];
  const other = new Map<string, (request: Uint8Array) => Answer>();
  const state = { httpAway: false };
  const answer = (method: string, request: Uint8Array): Answer => other.get(method)?.(request) ?? messaging.answer(method, request);
  gateway.onCall = answer;
  other.set("identity.GetUser", () => GetUserResponse.encode({ user: User.fromPartial({ uid: ME, name: "Alice" }) }).finish());

  const http = async (request: HttpRequest) => {
    if (state.httpAway) throw new Error("connection refused");
    https.push(request);
    if (request.url.includes("/v3/users/")) return { status: 200, body: new TextEncoder().encode('{"data":{"authToken":"alice_key"}}') };
    const method = request.url.split("/").at(-1) ?? "";
    const result = answer(method, request.body as Uint8Array);
    if (result === "hold") return new Promise<never>(() => undefined);
    if (result instanceof Uint8Array) return { status: 200, body: result };
    return { status: 400, body: ErrorDetail.encode(detailOf(result)).finish() };
  };

  const parlance = createParlance({
    clock, random, http, openSocket: gateway.openSocket, storage: () => store, platform: "test", userAgent: "", origin: undefined,
    watch: () => () => undefined,
  });
  return { clock, gateway, messaging, parlance, https, other, state, store, settle };
}

/** Logged in as alice and connected, the first sync done. */
export async function connected(build = settings()) {
  const parts = place();
  await parts.parlance.init("app001", build.build());
  await parts.parlance.login("alice_token");
  if (parts.gateway.sockets.length === 0) await parts.parlance.connect();
  await parts.settle();
  return parts;
}
