import { MessagingServiceService } from "@parlance/proto/messaging/v1/messaging_service";
import { Message } from "@parlance/proto/messaging/v1/message";
import { GetUnreadCountsRequest } from "@parlance/proto/messaging/v1/rpc";
import { connect as dial, createServer, type Server as TcpServer, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { silentLog } from "../../log/index.js";
import { createMetrics } from "../../metrics/index.js";
import { seededRandom } from "../../random/index.js";
import { ManualClock, systemClock, type Clock } from "../../time/index.js";
import type { RpcChannel } from "../channel.js";
import { createClient } from "../client.js";
import type { CallContext, OutgoingContext } from "../context.js";
import { aliceContext, sampleServer } from "../sample-service.js";
import { createExchangeChannel } from "./channel.js";
import { createExchangeServer, type ExchangeServer } from "./server.js";

type Handlers = Parameters<typeof sampleServer>[1];

const clock = systemClock();
const secret = "a secret of the tests";
const ending: (() => Promise<unknown> | void)[] = [];
const request = GetUnreadCountsRequest.fromPartial({});
const code = (name: string) => expect.objectContaining({ name }) as Error;

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function serve(handlers: Handlers, port = 0): Promise<ExchangeServer> {
  const { server } = sampleServer(clock, handlers);
  const exchange = createExchangeServer({ rpc: server, address: `127.0.0.1:${port}`, secret, clock, log: silentLog() });
  await exchange.start();
  ending.push(() => exchange.stop(), () => server.close());
  return exchange;
}

function connect(port: number, presented = secret, time: Clock = clock): RpcChannel {
  const channel = createExchangeChannel({
    target: "messaging", address: `127.0.0.1:${port}`, secret: presented, clock: time, random: seededRandom(1),
    log: silentLog(), metrics: createMetrics(),
  });
  ending.push(() => channel.close());
  return channel;
}

function clientOf(channel: RpcChannel) {
  return createClient(MessagingServiceService, channel);
}

/** A promise and what settles it. */
function gate<T = void>() {
  let open!: (value: T) => void;
  const passed = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

/** What a call fails with; listened to from now on, looked at later. */
const errorOf = (call: Promise<unknown>) => call.then(() => undefined, (error: unknown) => error);

const empty = { users: {}, groups: {} };

describe("calls over a stream", () => {
  test("are answered each with its own answer, also beyond the credit of the stream", async () => {
    const { port } = await serve({ getMessage: async ({ messageId }) => {
      await Promise.resolve();
      return { message: Message.fromPartial({ id: messageId }) };
    } });
    const channel = connect(port);
    const ids = Array.from({ length: 3_000 }, (_, at) => at + 1);
    const calls = ids.map((messageId) => channel.call("messaging.GetMessage", encodedId(messageId), aliceContext));
    const answers = await Promise.all(calls);
    expect(answers).toHaveLength(3_000);
    expect(new Set(answers.map((bytes) => Buffer.from(bytes).toString("hex"))).size).toBe(3_000);
  });

  test("carry who calls, for which app, and how long it waits", async () => {
    const contexts: CallContext[] = [];
    const { port } = await serve({
      getUnreadCounts: (_request, context) => {
        contexts.push(context);
        return empty;
      },
    });
    const context: OutgoingContext = {
      ...aliceContext, traceParent: "00-1-2-01", deadlineMs: 7_000,
      caller: { ...aliceContext.caller, kind: "user", sessionId: "s1", deviceId: "d1" } as OutgoingContext["caller"],
    };
    await clientOf(connect(port)).getUnreadCounts(request, context);
    expect(contexts[0]).toMatchObject({
      app: "shop", actor: "alice", sessionId: "s1", requestId: "r1", traceParent: "00-1-2-01", caller: context.caller,
    });
    expect(contexts[0]!.deadlineAt - clock.now()).toBeGreaterThan(5_000);
  });

  test("come back with the error of the handler", async () => {
    const { port } = await serve({});
    const call = clientOf(connect(port)).getUnreadCounts(request, aliceContext);
    await expect(call).rejects.toEqual(code("ERR_NOT_IMPLEMENTED"));
  });

  test("are refused when too many wait", async () => {
    const { port } = await serve({ getUnreadCounts: () => empty });
    const client = clientOf(connect(port));
    const calls = Array.from({ length: 4_097 }, () => client.getUnreadCounts(request, aliceContext));
    const [last] = calls.splice(-1);
    await expect(last).rejects.toMatchObject({ name: "ERR_TOO_MANY_REQUESTS", retryAfterMs: 100 });
    await Promise.all(calls);
  });

  test("that are larger than a message may be are refused", async () => {
    const channel = connect((await serve({})).port);
    const call = channel.call("messaging.GetMessage", new Uint8Array(4 * 1_048_576), aliceContext);
    await expect(call).rejects.toEqual(code("ERR_PAYLOAD_TOO_LARGE"));
  });

  test("end at the handler when the caller gives up", async () => {
    const begun = gate();
    const cancelled = gate();
    const { port } = await serve({
      getUnreadCounts: (_request, context) => {
        context.onCancel(cancelled.open);
        begun.open();
        return new Promise(() => undefined);
      },
    });
    const controller = new AbortController();
    const call = clientOf(connect(port)).getUnreadCounts(request, { ...aliceContext, signal: controller.signal });
    await begun.passed;
    controller.abort();
    await expect(call).rejects.toEqual(code("ERR_MISSION_FAILED"));
    await cancelled.passed;
  });
});

describe("a stream", () => {
  test("is for holders of the secret only", async () => {
    const { port } = await serve({ getUnreadCounts: () => empty });
    const call = clientOf(connect(port, "another secret")).getUnreadCounts(request, aliceContext);
    await expect(call).rejects.toEqual(code("ERR_OPERATION_FAILED"));
  });

  test("that is drained answers what it has and lets new calls wait for the next one", async () => {
    const begun = gate();
    const mayAnswer = gate();
    const slow: Handlers = {
      getUnreadCounts: async () => {
        begun.open();
        await mayAnswer.passed;
        return { users: { old: 1 }, groups: {} };
      },
    };
    const first = await serve(slow);
    const client = clientOf(connect(first.port));
    const running = client.getUnreadCounts(request, aliceContext);
    await begun.passed;
    const stopped = first.stop();
    await expect(eventuallyRefused(client)).resolves.toBe("ERR_OPERATION_FAILED");
    mayAnswer.open();
    expect((await running).users).toEqual({ old: 1 });
    await stopped;
    await serve({ getUnreadCounts: () => ({ users: { new: 1 }, groups: {} }) }, first.port);
    expect((await eventually(() => client.getUnreadCounts(request, aliceContext))).users).toEqual({ new: 1 });
  });

  test("that breaks fails what was sent as unknown, and what was not as undone", async () => {
    const begun = gate();
    const { port } = await serve({
      getUnreadCounts: () => {
        begun.open();
        return new Promise(() => undefined);
      },
    });
    const proxy = await relayTo(port);
    const client = clientOf(connect(proxy.port));
    const sent = client.getUnreadCounts(request, aliceContext);
    await begun.passed;
    await proxy.cut();
    await expect(sent).rejects.toEqual(code("ERR_MISSION_FAILED"));
    await expect(client.getUnreadCounts(request, aliceContext)).rejects.toEqual(code("ERR_OPERATION_FAILED"));
  });

  test("to nobody fails its calls as undone", async () => {
    const call = clientOf(connect(1)).getUnreadCounts(request, aliceContext);
    await expect(call).rejects.toEqual(code("ERR_OPERATION_FAILED"));
  });

  test("to a peer that says nothing is given up after three seconds", async () => {
    const silent = await listen(() => undefined);
    const manual = new ManualClock();
    const client = clientOf(connect(silent.port, secret, manual));
    const call = client.getUnreadCounts(request, { ...aliceContext, deadlineMs: 60_000 });
    const failed = errorOf(call);
    await manual.advance(5_000);
    expect(await failed).toEqual(code("ERR_OPERATION_FAILED"));
  });

  test("that never opens lets a waiting call end at its deadline", async () => {
    const silent = await listen(() => undefined);
    const manual = new ManualClock();
    const client = clientOf(connect(silent.port, secret, manual));
    const call = client.getUnreadCounts(request, { ...aliceContext, deadlineMs: 500 });
    const failed = errorOf(call);
    await manual.advance(600);
    expect(await failed).toMatchObject({ name: "ERR_OPERATION_FAILED", message: "The deadline passed." });
  });
});

describe("a closed channel", () => {
  test("fails its calls and takes no more", async () => {
    const begun = gate();
    const { port } = await serve({
      getUnreadCounts: () => {
        begun.open();
        return new Promise(() => undefined);
      },
    });
    const channel = connect(port);
    const sent = clientOf(channel).getUnreadCounts(request, aliceContext);
    await begun.passed;
    const failed = errorOf(sent);
    await channel.close();
    expect(await failed).toEqual(code("ERR_MISSION_FAILED"));
    await expect(clientOf(channel).getUnreadCounts(request, aliceContext)).rejects.toEqual(code("ERR_OPERATION_FAILED"));
  });
});

test("plaintext does not leave the loopback interface unless it is told to", () => {
  const options = {
    target: "messaging", address: "10.1.2.3:7000", secret, clock, random: seededRandom(1),
    log: silentLog(), metrics: createMetrics(),
  };
  expect(() => createExchangeChannel(options)).toThrow("needs TLS");
});

function encodedId(id: number): Uint8Array {
  const varint: number[] = [];
  for (let rest = id; ; rest >>>= 7) {
    if (rest < 0x80) {
      varint.push(rest);
      return Uint8Array.of(0x08, ...varint);
    }
    varint.push((rest & 0x7f) | 0x80);
  }
}

/** Calls made while the old stream was still open have been begun; the first that was not is refused. */
async function eventuallyRefused(client: ReturnType<typeof clientOf>): Promise<string> {
  for (;;) {
    const call = client.getMessage({ messageId: 1 }, aliceContext);
    const name = await call.then(() => "answered", (error: unknown) => (error as Error).name);
    if (name !== "ERR_NOT_IMPLEMENTED") return name;
  }
}

/** Repeats until the new server is found. */
async function eventually<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if ((error as Error).name !== "ERR_OPERATION_FAILED" && (error as Error).name !== "ERR_MISSION_FAILED") throw error;
    }
  }
}

async function listen(onSocket: (socket: Socket) => void): Promise<{ port: number; server: TcpServer; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  ending.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as { port: number }).port, server, sockets };
}

/** A wire that can be cut for good. */
async function relayTo(port: number) {
  const { server, sockets, port: own } = await listen((socket) => {
    const far = dial(port, "127.0.0.1");
    far.on("error", () => undefined);
    socket.on("close", () => far.destroy());
    socket.pipe(far).pipe(socket);
  });
  const cut = () => new Promise<void>((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
  return { port: own, cut };
}
