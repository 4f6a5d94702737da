// REST behind a whole gateway, over real connections on both transports.

import { readConfig } from "@parlance/platform/config";
import { recordingLog } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { systemRandom } from "@parlance/platform/random";
import { systemClock } from "@parlance/platform/time";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gatewaySettings } from "../config.js";
import { createGateway, type Gateway } from "../gateway.js";
import { createRest } from "./server.js";
import { ADMIN_KEY, CREDENTIALS, FakeServices } from "./testing/scripted-rest.js";

const ORIGIN = "https://chat.example";

describe.each(["uws", "ws"] as const)("REST over %s", (transport) => {
  const log = recordingLog();
  let gateway: Gateway;

  beforeEach(async () => {
    const services = new FakeServices();
    const channels = { identity: services, group: services, messaging: services, presence: services };
    const [clock, random, metrics] = [systemClock(), systemRandom(), createMetrics()];
    const config = {
      ...readConfig([gatewaySettings], {}), gatewayListen: { host: "127.0.0.1", port: 0 },
      gatewayTransport: transport, corsOrigins: [ORIGIN], gatewayDrainMs: 0,
    };
    gateway = createGateway({
      config, channels, clock, random, log, metrics, eventLog: { follow: () => ({ close: () => Promise.resolve() }) },
    });
    gateway.addHttpRoutes(createRest({
      channels, clock, random, log, metrics, adminKeys: [ADMIN_KEY], corsOrigins: config.corsOrigins, appRates: gateway.appRates,
      checks: { gateway: () => gateway.ready() },
    }));
    await gateway.start();
  });
  afterEach(() => gateway.stop());

  const ask = (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: string) =>
    fetch(`http://127.0.0.1:${gateway.port}${path}`, {
      method, ...(body === undefined ? { headers } : { body, headers: { "content-type": "application/json", ...headers } }),
    });

  test("makes a user, sends a message and deletes with a body", async () => {
    const made = await ask("POST", "/v3/users", CREDENTIALS.F, '{"uid":"alice","name":"Alice"}');
    expect([made.status, made.headers.get("x-rate-limit"), await made.json()]).toMatchObject([200, "10000", { data: { uid: "alice" } }]);
    const sent = await ask("POST", "/v3/messages", CREDENTIALS.U, '{"receiver":"bob","receiverType":"user","data":{"text":"Hello"}}');
    expect(await sent.json()).toMatchObject({ data: { sender: "alice", receiver: "bob", data: { text: "Hello" } } });
    const gone = await ask("DELETE", "/v3/users", CREDENTIALS.F, '{"uidsToDeactivate":["bob"]}');
    expect(await gone.json()).toEqual({ data: { deactivatedUids: ["bob"] } });
    expect((await ask("GET", "/management/v1/apps", CREDENTIALS.M)).status).toBe(200);
    expect((await ask("GET", "/health/ready")).status).toBe(200);
  });

  test("answers browsers of listed origins, and refuses others in its own words", async () => {
    const preflight = await ask("OPTIONS", "/v3/users", { origin: ORIGIN, "access-control-request-method": "DELETE" });
    expect([preflight.status, preflight.headers.get("access-control-allow-methods")]).toEqual([204, "GET, POST, PUT, PATCH, DELETE"]);
    const own = await ask("GET", "/v3/me", { ...CREDENTIALS.U, origin: ORIGIN });
    expect([own.status, own.headers.get("access-control-allow-origin"), own.headers.get("access-control-expose-headers")])
      .toEqual([200, ORIGIN, expect.stringContaining("X-Ignored-Fields") as string]);
    const foreign = await ask("GET", "/v3/me", { ...CREDENTIALS.U, origin: "https://evil.example" });
    expect([foreign.status, foreign.headers.get("access-control-allow-origin"), await foreign.json()])
      .toMatchObject([403, null, { error: { code: "AUTH_ERR_NO_ACCESS" } }]);
  });

  test("refuses large bodies and unknown paths, and goes on", async () => {
    const large = await ask("POST", "/v3/users", CREDENTIALS.F, `{"uid":"${"a".repeat(300_000)}"}`);
    expect([large.status, await large.json()]).toMatchObject([413, { error: { code: "ERR_PAYLOAD_TOO_LARGE" } }]);
    expect((await ask("GET", "/v2/users", CREDENTIALS.F)).status).toBe(400);
    expect((await ask("HEAD", "/v3/me", CREDENTIALS.U)).status).toBe(200);
    expect(log.unexpected).toEqual([]);
  });

  test("serves its contract compressed, with a tag", async () => {
    const first = await ask("GET", "/v3/openapi.json");
    expect([first.headers.get("content-encoding"), ((await first.json()) as { openapi: string }).openapi]).toEqual(["gzip", "3.1.0"]);
    const again = await ask("GET", "/v3/openapi.json", { "if-none-match": first.headers.get("etag") ?? "" });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });
});
