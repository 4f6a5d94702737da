// The whole gateway over real sockets, on both transports.

import type { LogRecord } from "@parlance/platform/eventlog";
import { readConfig } from "@parlance/platform/config";
import { recordingLog } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { systemRandom } from "@parlance/platform/random";
import { systemClock } from "@parlance/platform/time";
import { Event } from "@parlance/proto/event/v1/event";
import { ClientFrame, CloseCode, ServerFrame } from "@parlance/proto/gateway/v1/frame";
import { GetMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { gatewaySettings, type GatewayConfig } from "./config.js";
import { createGateway, type Gateway } from "./gateway.js";
import { messageRow } from "./testing/bodies.js";
import { ScriptedServices } from "./testing/scripted-services.js";

type Next = () => Promise<unknown>;

class System {
  readonly services = new ScriptedServices();
  readonly log = recordingLog();
  readonly gateway: Gateway;
  /** When the event log has found its place; undefined: at once. */
  placed: Promise<void> | undefined;
  lagMs = 0;
  publish: (records: readonly LogRecord[]) => void = () => undefined;

  constructor(config: Partial<GatewayConfig>) {
    const { services } = this;
    services.on("messaging.GetMessage", () => GetMessageResponse.fromPartial({ message: { id: 7 } }));
    this.gateway = createGateway({
      config: { ...readConfig([gatewaySettings], {}), gatewayListen: { host: "127.0.0.1", port: 0 }, ...config },
      channels: { identity: services, group: services, messaging: services, presence: services },
      eventLog: {
        follow: (_topics, onBatch) => {
          this.publish = onBatch;
          return { close: () => Promise.resolve(), ...(this.placed === undefined ? {} : { ready: this.placed }) };
        },
      },
      followerLagMs: () => this.lagMs,
      clock: systemClock(), random: systemRandom(), log: this.log, metrics: createMetrics(),
    });
  }

  connect(protocol: string, token?: string): { readonly socket: WebSocket; readonly next: Next; readonly closed: Promise<number> } {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const socket = new WebSocket(`ws://127.0.0.1:${this.gateway.port}/v1/realtime`, protocol, { headers });
    const frames: unknown[] = [];
    const waiting: ((frame: unknown) => void)[] = [];
    socket.on("message", (data: Buffer, isBinary) => {
      const frame: unknown = isBinary ? ServerFrame.decode(data) : JSON.parse(data.toString());
      const waiter = waiting.shift();
      if (waiter === undefined) frames.push(frame);
      else waiter(frame);
    });
    const next: Next = () => (frames.length > 0 ? Promise.resolve(frames.shift()) : new Promise((resolve) => waiting.push(resolve)));
    return { socket, next, closed: new Promise((resolve) => { socket.once("close", resolve); }) };
  }
}

for (const transport of ["uws", "ws"] as const) {
  describe(`a gateway over ${transport}`, () => {
    const systems: System[] = [];

    async function start(config: Partial<GatewayConfig> = {}): Promise<System> {
      const system = new System({ gatewayTransport: transport, ...config });
      await system.gateway.start();
      systems.push(system);
      return system;
    }

    afterEach(async () => {
      for (const { gateway } of systems.splice(0)) if (gateway.ready()) await gateway.stop();
    });

    test("takes a person's JSON from hello to goodbye", async () => {
      const system = await start();
      const { socket, next, closed } = system.connect("parlance.v1.json");
      await new Promise((resolve) => { socket.once("open", resolve); });
      socket.send(JSON.stringify({ hello: { token: "alice-token" } }));
      expect(await next()).toMatchObject({ welcome: { uid: "alice", appId: "one" } });
      socket.send(JSON.stringify({ id: 1, call: { method: "messaging.GetMessage", request: { messageId: 7 } } }));
      expect(await next()).toMatchObject({ id: 1, result: { message: { id: 7 } } });
      const event: Event = { id: "e1", channel: "u:alice", atMs: 1, replayed: false, appId: "", body: messageRow("hi") };
      system.publish([{ topic: "events", key: "one/u:alice", value: Event.encode(event).finish(), headers: { id: "e1", kind: "row" } }]);
      expect(await next()).toMatchObject({ event: { id: "e1", row: { message: { text: { text: "hi" } } } } });
      await system.gateway.stop();
      expect(await next()).toMatchObject({ goodbye: { code: "CLOSE_CODE_DRAINING" } });
      expect(await closed).toBe(CloseCode.DRAINING);
      expect([system.gateway.transportName, system.gateway.ready(), system.gateway.sockets, system.log.unexpected]).toEqual([transport, false, 0, []]);
    });

    test("takes binary frames, with the token in the upgrade", async () => {
      const system = await start();
      const { socket, next, closed } = system.connect("parlance.v1.proto", "bob-token");
      await new Promise((resolve) => { socket.once("open", resolve); });
      const value = { token: "", appId: "", deviceId: "", platform: "", presence: 0, resumeToken: "", background: false, backgroundGraceMs: 0, sdkVersion: "" };
      socket.send(ClientFrame.encode({ id: 3, body: { $case: "hello", value } }).finish());
      expect(await next()).toMatchObject({ id: 3, body: { $case: "welcome", value: { uid: "bob" } } });
      socket.send(ClientFrame.encode({ id: 4, body: { $case: "bye", value: {} } }).finish());
      expect(await closed).toBe(1000);
    });

    test("answers calls over HTTP, routes of others and unknown paths", async () => {
      const system = await start();
      system.gateway.addHttpRoutes([{ prefix: "/v3/", handler: (_request, respond) => respond({ status: 200, body: "rest" }) }]);
      const at = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${system.gateway.port}${path}`, init);
      const call = await at("/v1/call/messaging.GetMessage", { method: "POST", headers: { authToken: "alice-token" }, body: '{"messageId":7}' });
      // fetch names a text body text/plain.
      expect(call.status).toBe(415);
      const headers = { authToken: "alice-token", "content-type": "application/json" };
      const json = await at("/v1/call/messaging.GetMessage", { method: "POST", headers, body: '{"messageId":7}' });
      expect(await json.json()).toMatchObject({ message: { id: 7 } });
      expect(await (await at("/v3/users")).text()).toBe("rest");
      expect((await at("/nothing")).status).toBe(404);
    });

    test("a port that is taken fails the start with a text that names it", async () => {
      const system = await start();
      const second = new System({ gatewayTransport: transport, gatewayListen: { host: "127.0.0.1", port: system.gateway.port } });
      await expect(second.gateway.start()).rejects.toThrow(`127.0.0.1:${system.gateway.port}`);
    });
  });
}

test("a gateway is ready when it stands at the end of the log, is not more than 10 s behind, and does not stop (E20)", async () => {
  const system = new System({ gatewayDrainMs: 0 });
  let place = () => undefined as void;
  system.placed = new Promise<void>((resolve) => { place = resolve; });
  const { gateway } = system;
  const seen = [gateway.readiness];
  await gateway.start();
  seen.push(gateway.readiness);
  const early = system.connect("parlance.v1.json");
  expect([await early.next(), await early.closed]).toMatchObject([{ goodbye: { code: "CLOSE_CODE_OVERLOADED", retryAfterMs: 1_000 } }, CloseCode.OVERLOADED]);
  place();
  await Promise.resolve();
  seen.push(gateway.readiness);
  system.lagMs = 10_001;
  seen.push(gateway.readiness);
  const late = system.connect("parlance.v1.json", "alice-token");
  await new Promise((resolve) => { late.socket.once("open", resolve); });
  late.socket.send(JSON.stringify({ hello: {} }));
  expect(await late.next()).toMatchObject({ welcome: { uid: "alice" } });
  system.lagMs = 10_000;
  seen.push(gateway.readiness);
  const stopped = gateway.stop();
  seen.push(gateway.readiness);
  await stopped;
  expect(seen).toEqual(["starting", "starting", "ready", "behind", "ready", "draining"]);
});

test("requests over HTTP that run when the gateway stops are answered", async () => {
  const system = new System({ gatewayDrainMs: 0 });
  let answer = () => undefined as void;
  system.gateway.addHttpRoutes([{
    prefix: "/slow",
    handler: async (_request, respond) => {
      await new Promise<void>((resolve) => { answer = resolve; });
      respond({ status: 200, body: "there" });
    },
  }]);
  await system.gateway.start();
  const asked = fetch(`http://127.0.0.1:${system.gateway.port}/slow`);
  while (system.gateway.requests === 0) await new Promise((resolve) => { setImmediate(resolve); });
  const stopped = system.gateway.stop();
  answer();
  expect(await (await asked).text()).toBe("there");
  await stopped;
});

test("two gateways in one process do not know of each other", async () => {
  const [one, two] = [new System({}), new System({})];
  await one.gateway.start();
  await two.gateway.start();
  expect(one.gateway.port).not.toBe(two.gateway.port);
  expect(one.gateway.transportName).toBe("uws");
  await one.gateway.stop();
  await two.gateway.stop();
});
