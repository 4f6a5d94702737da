import { ErrorCode } from "@parlance/proto/errors/v1/errors";
import { CloseCode, type ClientFrame } from "@parlance/proto/gateway/v1/frame";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ScriptedGateway } from "../testing/scripted-gateway.js";

const ping = (id: number): Partial<ClientFrame> => ({ id, body: { $case: "ping", value: {} } });

describe("frames", () => {
  test("ping is answered by pong with its id", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice", { json: true });
    alice.sendJson({ id: 5, ping: {} });
    await gateway.settle();
    expect(alice.texts()).toMatchObject([{ id: 5, pong: {} }]);
  });

  test("bye closes with 1000, without goodbye and without presence grace", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    alice.send({ body: { $case: "bye", value: {} } });
    await gateway.settle();
    expect(alice.frames()).toEqual([]);
    expect(alice.socket.closedWith?.code).toBe(1000);
    expect(gateway.services.calls("presence.ReportConnections").at(-1)?.request).toMatchObject({ changes: [{ closed: true, final: true }] });
  });

  test("text on a binary socket and binary on a text socket close with 4209", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    alice.sendJson({ id: 1, ping: {} });
    const bob = await gateway.login("bob", { json: true });
    bob.send(ping(1));
    await gateway.settle();
    expect([alice, bob].map(({ socket }) => socket.closedWith?.code)).toEqual([CloseCode.POLICY_VIOLATION, CloseCode.POLICY_VIOLATION]);
  });

  test("a second hello closes with 4102", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    alice.hello({ token: "alice-token" });
    await gateway.settle();
    expect(alice.socket.closedWith?.code).toBe(CloseCode.BAD_STATE);
  });

  test("a frame that cannot be read is answered, ten are not; the id is echoed where it can be known", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice", { json: true });
    for (const text of ["nonsense", "[]", "null", "1", '{"id":7,"strange":1}', '{"id":8,"call":{"method":1}}', '{"id":9}', '{"id":-1,"ping":{}}',
      '{"id":10,"call":{"method":"messaging.GetMessage","request":{},"more":1}}', '{"id":11,"call":{"method":"messaging.GetMessage"},"ping":{}}']) {
      alice.sendJson(text);
    }
    await gateway.settle();
    const answers = alice.frames();
    expect(answers.map(({ id }) => id)).toEqual([0, 0, 0, 0, 7, 8, 9, 0, 10, 11]);
    expect(answers.every(({ body }) => body?.$case === "error" && body.value.code === ErrorCode.ERR_BAD_REQUEST)).toBe(true);
    alice.sendJson("nonsense");
    await gateway.settle();
    expect(alice.socket.closedWith?.code).toBe(CloseCode.POLICY_VIOLATION);
  });

  test("JSON deeper than 32 levels is refused before it is parsed (J1)", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice", { json: true });
    alice.sendJson(`{"id":1,"ping":${"[".repeat(60_000)}${"]".repeat(60_000)}}`);
    await gateway.settle();
    expect(alice.frames()[0]?.body).toMatchObject({ $case: "error", value: { code: ErrorCode.ERR_BAD_REQUEST } });
  });

  test("keys that pollute prototypes change nothing (J2)", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice", { json: true });
    alice.sendJson('{"id":1,"__proto__":{"polluted":1},"ping":{}}');
    alice.sendJson('{"id":2,"call":{"method":"messaging.GetMessage","request":{"__proto__":{"polluted":1}}}}');
    alice.sendJson('{"id":3,"call":{"method":"messaging.GetMessage","__proto__":{"polluted":1}}}');
    await gateway.settle();
    expect(alice.frames().every(({ body }) => body?.$case === "error")).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("above 20 frames a second after a burst of 40 they are refused with a time, and going on closes with 4103 (S11)", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    for (let id = 1; id <= 40; id += 1) alice.send(ping(id));
    await gateway.settle();
    expect(alice.frames().filter(({ body }) => body?.$case === "pong").length).toBe(40);
    alice.send(ping(41));
    await gateway.settle();
    const [refused] = alice.frames();
    expect([refused?.id, refused?.body]).toMatchObject([41, { $case: "error", value: { code: ErrorCode.ERR_TOO_MANY_REQUESTS, retryAfterMs: 50 } }]);
    await gateway.clock.advance(1_000);
    alice.send(ping(42));
    await gateway.settle();
    expect(alice.frames()[0]?.body?.$case).toBe("pong");
    for (let id = 43; id <= 110; id += 1) alice.send(ping(id));
    await gateway.settle();
    expect(alice.socket.closedWith?.code).toBe(CloseCode.RATE_EXCEEDED);
  });

  test("a client that stays at twice its rate is closed in the end", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    for (let second = 0; second < 6 && !alice.socket.gone; second += 1) {
      for (let frame = 0; frame < 40; frame += 1) alice.send(ping(1));
      await gateway.clock.advance(1_000);
    }
    expect(alice.socket.closedWith?.code).toBe(CloseCode.RATE_EXCEEDED);
  });

  test("whatever bytes come, the outcome is an answer or a close code (F16)", async () => {
    const gateway = new ScriptedGateway({ gatewayFramesPerSecond: 1_000_000, gatewayFramesBurst: 1_000_000 });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      // Nested groups, which unbounded decoders follow into the ground (PB1).
      fc.integer({ min: 1, max: 21_000 }).map((depth) => new Uint8Array(depth).fill(0x0b)),
      fc.json().map((text) => Buffer.from(text)),
      fc.string().map((text) => Buffer.from(`{"id":1,"call":{"method":${JSON.stringify(text)},"request":{}}}`)),
    );
    await fc.assert(fc.asyncProperty(bytes, fc.boolean(), fc.boolean(), async (garbage, json, isBinary) => {
      const client = await gateway.login("alice", { json });
      client.sendRaw(garbage, isBinary);
      client.sendRaw(garbage, !json);
      await gateway.settle();
      client.leaves();
    }), { numRuns: 300 });
    expect(gateway.wired.sessions.size).toBe(0);
    expect(gateway.log.unexpected).toEqual([]);
  });
});
