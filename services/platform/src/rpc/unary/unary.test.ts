import { Client, credentials, Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { GetUnreadCountsRequest, GetUnreadCountsResponse } from "@parlance/proto/messaging/v1/rpc";
import { afterEach, describe, expect, test } from "vitest";
import { fail } from "../../errors/index.js";
import { appId, uid } from "../../ids/index.js";
import { silentLog } from "../../log/index.js";
import { systemRandom } from "../../random/index.js";
import { systemClock } from "../../time/index.js";
import { createClient } from "../client.js";
import type { CallContext } from "../context.js";
import { aliceContext, sampleServer } from "../sample-service.js";
import { createUnaryChannel } from "./channel.js";
import type { Authenticate, Credentials } from "./credentials.js";
import { createUnaryServer, type UnaryServer } from "./server.js";
import { fromGrpcError } from "./status.js";

type Handlers = Parameters<typeof sampleServer>[1];

const clock = systemClock();
const secret = "a secret of the tests";
const path = "/parlance.messaging.v1.MessagingService/GetUnreadCounts";
const ending: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const keys: Authenticate = ({ apiKey, onBehalfOf, authToken, adminKey }) => {
  if (adminKey === "root") return Promise.resolve({ app: appId(""), caller: { kind: "admin" } });
  if (authToken === "alice-token") {
    return Promise.resolve({ app: appId("shop"), caller: { kind: "user", uid: uid("alice"), tokenId: "t" } });
  }
  if (apiKey !== "full") return Promise.reject(fail("AUTH_ERR_APIKEY_NOT_FOUND"));
  const actor = onBehalfOf === undefined ? undefined : uid(onBehalfOf);
  const caller = { kind: "apiKey", scope: "fullAccess", keyId: "k", onBehalfOf: actor } as const;
  return Promise.resolve({ app: appId("shop"), caller });
};

async function serve(handlers: Handlers, authenticate: Authenticate = keys): Promise<UnaryServer> {
  const { server } = sampleServer(clock, handlers);
  const unary = createUnaryServer({
    rpc: server, address: "127.0.0.1:0", secret, authenticate, clock, random: systemRandom(), log: silentLog(),
    notServingMs: 0,
  });
  await unary.start();
  ending.push(() => unary.stop(), () => server.close());
  return unary;
}

function outsider(port: number): Client {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  ending.push(() => client.close());
  return client;
}

function metadata(entries: Readonly<Record<string, string>>): Metadata {
  const made = new Metadata();
  for (const [key, value] of Object.entries(entries)) made.set(key, value);
  return made;
}

/** One call of a program that is not ours. */
function ask(port: number, entries: Readonly<Record<string, string>>, method = path): Promise<Uint8Array> {
  const request = Buffer.from(GetUnreadCountsRequest.encode(GetUnreadCountsRequest.fromPartial({})).finish());
  const same = (bytes: Buffer) => bytes;
  return new Promise((resolve, reject) => {
    outsider(port).makeUnaryRequest(method, same, same, request, metadata(entries), {}, (error, response) => {
      if (error === null) resolve(response ?? Buffer.alloc(0));
      else reject(error);
    });
  });
}

async function refusal(port: number, entries: Readonly<Record<string, string>>, method = path): Promise<ServiceError> {
  return ask(port, entries, method).then(
    () => {
      throw new Error("the call was answered");
    },
    (error: unknown) => error as ServiceError,
  );
}

describe("an outside caller", () => {
  test("is the user its key stands for, in the app of the key", async () => {
    const seen: CallContext[] = [];
    const { port } = await serve({
      getUnreadCounts: (_request, context) => {
        seen.push(context);
        return { users: { bob: 2 }, groups: {} };
      },
    });
    const answer = await ask(port, { "apikey": "full", "on-behalf-of": "ALICE", "x-request-id": "r-7" });
    expect(GetUnreadCountsResponse.decode(answer).users).toEqual({ bob: 2 });
    await ask(port, { authtoken: "alice-token" });
    expect(seen.map(({ app, actor }) => [app, actor])).toEqual([["shop", "alice"], ["shop", "alice"]]);
    expect(seen[0]?.requestId).toBe("r-7");
    expect(seen[1]?.requestId).toHaveLength(22);
  });

  test("brings its trace, which goes with the proof of its credential too", async () => {
    const traces: (string | undefined)[] = [];
    const answers: Handlers = {
      getUnreadCounts: (_request, { traceParent }) => {
        traces.push(traceParent);
        return { users: {}, groups: {} };
      },
    };
    const { port } = await serve(answers, (presented, traced) => {
      traces.push(traced?.traceParent);
      return keys(presented, traced);
    });
    await ask(port, { authtoken: "alice-token", traceparent: "00-1-2-01" });
    expect(traces).toEqual(["00-1-2-01", "00-1-2-01"]);
  });

  test.each<[string, Readonly<Record<string, string>>, number, string]>([
    ["no credential", {}, status.UNAUTHENTICATED, "AUTH_ERR_EMPTY_APIKEY"],
    ["an unknown key", { apikey: "nothing" }, status.UNAUTHENTICATED, "AUTH_ERR_APIKEY_NOT_FOUND"],
    ["a key without the user it needs", { apikey: "full" }, status.INVALID_ARGUMENT, "ERR_BAD_REQUEST"],
    ["a user that cannot be one", { "apikey": "full", "on-behalf-of": "a b" }, status.INVALID_ARGUMENT, "ERR_BAD_REQUEST"],
    ["another app than its own", { authtoken: "alice-token", appid: "bank" }, status.PERMISSION_DENIED, "AUTH_ERR_INVALID_APPID"],
    ["a key of the wrong kind", { adminkey: "root" }, status.PERMISSION_DENIED, "AUTH_ERR_NO_ACCESS"],
    ["a wrong cluster secret", { "cluster-secret": "guess" }, status.PERMISSION_DENIED, "AUTH_ERR_NO_ACCESS"],
  ])("with %s is told so, in the status and in its details", async (_name, entries, code, name) => {
    const { port } = await serve({ getUnreadCounts: () => ({ users: {}, groups: {} }) });
    const error = await refusal(port, entries);
    expect(error.code).toBe(code);
    expect(fromGrpcError(error).name).toBe(name);
  });

  test("cannot say for whom it calls with the context of our own processes", async () => {
    const { port } = await serve({ getUnreadCounts: () => ({ users: {}, groups: {} }) });
    const error = await refusal(port, { "parlance-context-bin": Buffer.from("x") as never });
    expect(fromGrpcError(error).name).toBe("AUTH_ERR_EMPTY_APIKEY");
  });

  test("learns nothing of a failure that nobody expected", async () => {
    const failing: Authenticate = (_credentials: Credentials) => Promise.reject(new Error("db host 10.0.0.7 is down"));
    const { port } = await serve({}, failing);
    const error = await refusal(port, { apikey: "full" });
    expect([error.code, error.details]).toEqual([status.INTERNAL, "Something unexpected went wrong."]);
  });

  test("may ask for methods that are not there", async () => {
    const { port } = await serve({});
    const error = await refusal(port, { apikey: "full" }, "/parlance.messaging.v1.MessagingService/Nothing");
    expect(error.code).toBe(status.UNIMPLEMENTED);
  });
});

describe("one of our own processes", () => {
  test("calls for whom it says, within its deadline, and gets errors with all they carry", async () => {
    const seen: CallContext[] = [];
    const { port } = await serve({
      getUnreadCounts: (_request, context) => {
        seen.push(context);
        throw fail("ERR_TOO_MANY_REQUESTS", undefined, { retryAfterMs: 250, params: { limit: 3 } });
      },
    });
    const channel = createUnaryChannel({ address: `127.0.0.1:${port}`, secret, clock });
    ending.push(() => channel.close());
    const client = createClient(MessagingServiceService, channel);
    const call = client.getUnreadCounts(GetUnreadCountsRequest.fromPartial({}), { ...aliceContext, deadlineMs: 3_000 });
    await expect(call).rejects.toMatchObject({ name: "ERR_TOO_MANY_REQUESTS", retryAfterMs: 250, params: { limit: "3" } });
    expect(seen[0]).toMatchObject({ app: "shop", actor: "alice", requestId: "r1" });
    expect(seen[0]!.deadlineAt - clock.now()).toBeLessThanOrEqual(3_000);
  });

  test("learns that nobody is there", async () => {
    const channel = createUnaryChannel({ address: "127.0.0.1:1", secret, clock });
    ending.push(() => channel.close());
    await expect(channel.call("messaging.GetUnreadCounts", new Uint8Array(0), aliceContext))
      .rejects.toMatchObject({ name: "ERR_OPERATION_FAILED" });
  });
});

/** Field 1 or so, delimited, of any message. */
function delimited(field: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([field * 8 + 2, text.length]), Buffer.from(text)]);
}

function health(port: number, service: string): Promise<number> {
  const same = (bytes: Buffer) => bytes;
  return new Promise((resolve, reject) => {
    outsider(port).makeUnaryRequest("/grpc.health.v1.Health/Check", same, same, delimited(1, service), (error, response) => {
      if (error === null) resolve(response?.[1] ?? 0);
      else reject(error);
    });
  });
}

function reflect(port: number, question: Buffer): Promise<string> {
  const same = (bytes: Buffer) => bytes;
  return new Promise((resolve, reject) => {
    const stream = outsider(port).makeBidiStreamRequest("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", same, same);
    stream.on("data", (bytes: Buffer) => {
      resolve(bytes.toString("latin1"));
      stream.end();
    });
    stream.on("error", reject);
    stream.write(question);
  });
}

describe("the server itself", () => {
  test("says that it serves, service by service, and when it no longer does", async () => {
    const server = await serve({});
    expect(await health(server.port, "")).toBe(1);
    expect(await health(server.port, "parlance.messaging.v1.MessagingService")).toBe(1);
    server.setServing(false);
    expect(await health(server.port, "")).toBe(2);
  });

  test("tells tools what it offers, and describes it", async () => {
    const { port } = await serve({});
    expect(await reflect(port, delimited(7, "*"))).toContain("parlance.messaging.v1.MessagingService");
    const file = await reflect(port, delimited(4, "parlance.messaging.v1.MessagingService"));
    expect(file).toContain("GetUnreadCountsRequest");
  });
});

test("an error of the transport becomes one of the catalogue", () => {
  const of = (code: number, details = "") => fromGrpcError(Object.assign(new Error(details), { code, details, metadata: new Metadata() })).name;
  expect(of(status.UNAVAILABLE, "No connection established. Last error: refused")).toBe("ERR_OPERATION_FAILED");
  expect(of(status.UNAVAILABLE, "Connection dropped")).toBe("ERR_MISSION_FAILED");
  expect(of(status.DEADLINE_EXCEEDED)).toBe("ERR_MISSION_FAILED");
  expect(of(status.UNKNOWN)).toBe("ERR_EXCEPTION");
});
