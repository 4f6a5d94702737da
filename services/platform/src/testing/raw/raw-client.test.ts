import { afterEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../time/index.js";
import { closePayload, encodeFrame, FrameParser, OPCODE } from "./frame-codec.js";
import { NotWelcome, RawClient, type Json } from "./raw-client.js";
import { RawSocket } from "./raw-socket.js";
import { ScriptedServer, type Script } from "./scripted-server.js";
import { UpgradeRefused } from "./upgrade.js";

const WELCOME = {
  sessionId: "s1",
  uid: "alice",
  serverTimeMs: 1,
  heartbeatMs: 30_000,
  resumeToken: "r",
  limits: {},
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => void setImmediate(resolve));
}

describe("H11: the raw realtime client", () => {
  const clock = new ManualClock();
  const events: Json[] = [];
  let server: ScriptedServer;

  afterEach(async () => {
    events.length = 0;
    await server.stop();
  });

  async function open(script: Script): Promise<RawClient> {
    server = await ScriptedServer.start(script);
    return RawClient.open({ port: server.port, clock, onEvent: (event) => events.push(event) });
  }

  it("asks for the JSON subprotocol and says hello", async () => {
    const client = await open((_frame, connection) => connection.sendJson({ welcome: WELCOME }));
    const welcome = await client.hello({ token: "t", deviceId: "phone", platform: "node" });
    expect(welcome.uid).toBe("alice");
    expect(client.socket.protocol).toBe("parlance.v1.json");
    const said = JSON.parse(server.connections[0]!.frames[0]!.payload.toString()) as Json;
    expect(said).toEqual({ hello: { token: "t", deviceId: "phone", platform: "node" } });
  });

  it("says why it was not welcome", async () => {
    const client = await open((_frame, connection) => {
      connection.sendJson({ goodbye: { code: 4200, reason: "unknown token" } });
      connection.send({ opcode: OPCODE.close, payload: closePayload(4200, "unknown token") });
    });
    const failure = await client.hello({ deviceId: "phone" }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NotWelcome);
    expect((failure as NotWelcome).end).toEqual({ code: 4200, reason: "unknown token" });
    expect((failure as NotWelcome).error).toEqual({ code: 4200, reason: "unknown token" });
  });

  it("gives each call the answer with its id, in whatever order they come", async () => {
    const client = await open(({ payload }, connection) => {
      const { id, call } = JSON.parse(payload.toString()) as { id: number; call: { method: string } };
      if (id < 3) return;
      connection.sendJson({
        id: 3,
        error: { code: "ERR_GROUP_NOT_JOINED", message: "no", retryable: false },
      });
      connection.sendJson({
        id: 2,
        error: { code: "ERROR_CODE_ERR_MISSION_FAILED", message: "?", retryable: true },
      });
      connection.sendJson({ id: 1, result: { method: call.method } });
    });
    const answers = await Promise.all(["a.A", "b.B", "c.C"].map((method) => client.call(method, {})));
    expect(answers.map(({ outcome }) => outcome)).toEqual(["ok", "unknown", "fail"]);
    expect(answers[0]).toEqual({ outcome: "ok", result: { method: "c.C" } });
  });

  it("calls an answer that does not come in time unknown", async () => {
    const client = await open(() => {});
    const answer = client.call("messaging.SendMessage", {}, 5_000);
    await clock.advance(5_000);
    expect(await answer).toEqual({ outcome: "unknown", why: "no answer within 5000 ms" });
  });

  it("calls what was under way when the socket was cut unknown", async () => {
    const client = await open((_frame, { socket }) => void socket.resetAndDestroy());
    expect((await client.call("messaging.SendMessage", {})).outcome).toBe("unknown");
    expect(await client.socket.ended).toEqual({ code: 1006, reason: "" });
  });

  it("hands over events in order, single and in batches", async () => {
    const client = await open((_frame, connection) => {
      connection.sendJson({ event: { seq: 1 } });
      connection.sendJson({ events: { events: [{ seq: 2 }, { seq: 3 }] } });
      connection.sendJson({ events: [{ seq: 4 }] });
    });
    client.send({ ping: {} });
    await until(() => events.length === 4);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it("tells the status of a refused upgrade", async () => {
    server = await ScriptedServer.start(() => {}, "HTTP/1.1 503 Busy\r\nRetry-After: 3\r\n\r\nlater");
    const failure = await RawSocket.open({ port: server.port }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UpgradeRefused);
    const { answer } = failure as UpgradeRefused;
    expect([answer?.status, answer?.headers.get("retry-after"), answer?.rest.toString()]).toEqual([
      503,
      "3",
      "later",
    ]);
  });
});

describe("the raw socket", () => {
  let server: ScriptedServer;

  afterEach(() => server.stop());

  async function open(script: Script = () => {}): Promise<RawSocket> {
    server = await ScriptedServer.start(script);
    return RawSocket.open({ port: server.port });
  }

  it("sends a message in fragments and puts fragments together", async () => {
    const socket = await open((frame, connection) => {
      if (!frame.fin) return;
      connection.send({ opcode: OPCODE.binary, payload: Buffer.from("one "), fin: false });
      connection.send({ opcode: OPCODE.ping, payload: Buffer.from("between") });
      connection.send({ opcode: OPCODE.continuation, payload: Buffer.from("two") });
    });
    const message = new Promise<string>((resolve) =>
      socket.onMessage(({ kind, bytes }) => resolve(`${kind} ${bytes.toString()}`)),
    );
    socket.sendFragments("text", [Buffer.from("a"), Buffer.from("b"), Buffer.from("c")]);
    expect(await message).toBe("binary one two");
    await until(() => server.connections[0]!.frames.length === 4);
    const frames = server.connections[0]!.frames.map(({ fin, opcode, payload }) => [
      fin,
      opcode,
      payload.toString(),
    ]);
    expect(frames).toEqual([
      [false, 1, "a"],
      [false, 0, "b"],
      [true, 0, "c"],
      [true, OPCODE.pong, "between"],
    ]);
  });

  it("keeps what comes before anyone listens", async () => {
    const socket = await open((_frame, connection) => connection.sendJson({ early: true }));
    socket.ping();
    await until(() => server.connections[0]?.frames.length === 1);
    const early: string[] = [];
    await until(() => (socket.onMessage(({ bytes }) => early.push(bytes.toString())), early.length === 1));
    expect(early).toEqual(['{"early":true}']);
  });

  it("answers the server's close and tells code and reason", async () => {
    const socket = await open((_frame, connection) =>
      connection.send({ opcode: OPCODE.close, payload: closePayload(4001, "too slow") }),
    );
    socket.sendText("{}");
    expect(await socket.ended).toEqual({ code: 4001, reason: "too slow" });
    expect(server.connections[0]!.frames.at(-1)?.opcode).toBe(OPCODE.close);
  });

  it("F16: ends when it is cut in the moment in which it answers the server's close", async () => {
    const socket = await open((_frame, connection) => {
      const text = encodeFrame({ opcode: OPCODE.text, payload: Buffer.from("{}") });
      // In one piece, so that the cut comes between the end of the stream and its shutdown.
      connection.socket.write(Buffer.concat([text, encodeFrame({ opcode: OPCODE.close, payload: closePayload(4000, "draining") })]));
    });
    const cut = new Promise((resolve) => {
      socket.onMessage(() => queueMicrotask(() => resolve(socket.destroy())));
    });
    socket.sendText("{}");
    expect(await cut).toEqual({ code: 4000, reason: "draining" });
  });

  it("F11: stops reading, and reads slowly by the clock", async () => {
    const clock = new ManualClock();
    const socket = await open((_frame, connection) => {
      for (let index = 0; index < 10; index += 1)
        connection.send({ opcode: OPCODE.text, payload: Buffer.from("x".repeat(98)) });
    });
    let messages = 0;
    socket.onMessage(() => (messages += 1));
    socket.readSlowly(1_000, clock);
    socket.sendText("go");
    await until(() => server.connections[0]?.frames.length === 1);
    while (messages < 3) await clock.advance(100);
    expect(messages).toBe(3);
    socket.resumeReading();
    await until(() => messages === 10);
  });
});

describe("the frame codec", () => {
  it("reads back what it wrote, at every length form and however the bytes are cut", () => {
    const mask = Buffer.of(1, 2, 3, 4);
    for (const length of [0, 1, 125, 126, 65_535, 65_536]) {
      const payload = Buffer.alloc(length, "ä");
      const bytes = encodeFrame({ opcode: OPCODE.binary, payload, mask });
      for (const size of [1_000_000, 7]) {
        const parser = new FrameParser("client");
        const frames = [];
        for (let at = 0; at < bytes.length; at += size)
          frames.push(...parser.add(bytes.subarray(at, at + size)));
        expect(frames.map((frame) => Buffer.compare(frame.payload, payload))).toEqual([0]);
      }
    }
  });

  it("refuses a masked frame of a server", () => {
    const bytes = encodeFrame({ opcode: OPCODE.text, payload: Buffer.from("x"), mask: Buffer.alloc(4) });
    expect(() => new FrameParser().add(bytes)).toThrow(/mask/);
  });
});
