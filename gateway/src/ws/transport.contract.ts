// The contract of the transport port; transport.test.ts runs it on both libraries.

import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { connect as tcpConnect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Admission, HttpHandler, Transport, TransportOptions, TransportSocket, UpgradeRequest } from "./transport.js";

const FRAME_BYTES_MAX = 16 * 1024;
const BUFFER_BYTES_MAX = 256 * 1024;
const BODY_BYTES_MAX = 64 * 1024;

interface Heard {
  readonly upgrades: UpgradeRequest[];
  readonly opened: TransportSocket[];
  readonly messages: { readonly socket: TransportSocket; readonly bytes: Uint8Array; readonly isBinary: boolean }[];
  readonly closes: number[];
  readonly defects: unknown[];
}

/** Waits for what a handler or client will say, without looking at the time. */
class Bell {
  #waiting: (() => void)[] = [];

  ring(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

class Harness {
  readonly heard: Heard = { upgrades: [], opened: [], messages: [], closes: [], defects: [] };
  readonly bell = new Bell();
  transport!: Transport;
  port = 0;
  admission: (request: UpgradeRequest) => Admission = () => ({ accept: true, protocol: undefined, attachment: "mine" });
  onHttp: HttpHandler = (_request, respond) => respond({ status: 404 });
  onDrained: (socket: TransportSocket) => void = () => undefined;
  readonly clients: WebSocket[] = [];

  options(): TransportOptions {
    const { heard, bell } = this;
    return {
      path: "/v1/realtime",
      limits: {
        frameBytesMax: FRAME_BYTES_MAX, socketBufferBytesMax: BUFFER_BYTES_MAX,
        idleTimeoutSeconds: 8, bodyBytesMax: BODY_BYTES_MAX,
      },
      sockets: {
        admit: (request) => {
          heard.upgrades.push(request);
          return this.admission(request);
        },
        opened: (socket) => {
          heard.opened.push(socket);
          bell.ring();
        },
        message: (socket, bytes, isBinary) => {
          heard.messages.push({ socket, bytes, isBinary });
          bell.ring();
        },
        drained: (socket) => {
          this.onDrained(socket);
          bell.ring();
        },
        closed: (_socket, code) => {
          heard.closes.push(code);
          bell.ring();
        },
      },
      onHttp: (request, respond) => this.onHttp(request, respond),
      onDefect: (error) => heard.defects.push(error),
    };
  }

  connect(protocols: string[] = [], headers: Record<string, string> = {}, path = "/v1/realtime?a=1&b=%20"): WebSocket {
    const client = new WebSocket(`ws://127.0.0.1:${this.port}${path}`, protocols, { headers });
    client.on("error", () => undefined);
    this.clients.push(client);
    return client;
  }

  async connected(): Promise<{ readonly client: WebSocket; readonly socket: TransportSocket }> {
    const client = this.connect();
    await new Promise((resolve) => client.once("open", resolve));
    await this.bell.until(() => this.heard.opened.length > 0);
    return { client, socket: this.heard.opened.at(-1)! };
  }

  ask(options: RequestOptions, body?: Uint8Array | string): Promise<{ readonly answer: IncomingMessage; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: "127.0.0.1", port: this.port, agent: false, ...options }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => resolve({ answer, text: Buffer.concat(chunks).toString() }));
        answer.on("error", reject);
      });
      request.on("error", reject);
      request.end(body);
    });
  }
}

function closeOf(client: WebSocket): Promise<{ readonly code: number; readonly reason: string }> {
  return new Promise((resolve) => {
    client.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
}

function refusalOf(client: WebSocket): Promise<number | undefined> {
  return new Promise((resolve) => {
    client.once("unexpected-response", (_request, answer) => {
      resolve(answer.statusCode);
      answer.destroy();
    });
  });
}

export function transportContract(name: string, create: (options: TransportOptions) => Promise<Transport>): void {
  describe(`transport ${name}`, () => {
    const harnesses: Harness[] = [];

    async function start(): Promise<Harness> {
      const harness = new Harness();
      harness.transport = await create(harness.options());
      harness.port = await harness.transport.listen(0, "127.0.0.1");
      harnesses.push(harness);
      return harness;
    }

    afterEach(async () => {
      for (const { clients, transport } of harnesses.splice(0)) {
        for (const client of clients) client.terminate();
        await transport.close();
      }
    });

    test("an upgrade shows path, query, headers in any case and offered subprotocols, and answers the chosen one", async () => {
      const harness = await start();
      harness.admission = () => ({ accept: true, protocol: "two", attachment: "mine" });
      const client = harness.connect(["one", "two"], { "X-CusTom": "Value" });
      await new Promise((resolve) => client.once("open", resolve));
      const [upgrade] = harness.heard.upgrades;
      expect(upgrade).toMatchObject({ path: "/v1/realtime", query: "a=1&b=%20", protocols: ["one", "two"] });
      expect([upgrade!.header("x-custom"), upgrade!.header("X-CUSTOM"), upgrade!.header("absent")]).toEqual(["Value", "Value", undefined]);
      expect(upgrade!.remoteAddress).toContain("1");
      expect(client.protocol).toBe("two");
      await harness.bell.until(() => harness.heard.opened.length === 1);
      expect(harness.heard.opened[0]!.attachment).toBe("mine");
    });

    test("a refused upgrade is answered with its status and makes no socket", async () => {
      const harness = await start();
      harness.admission = () => ({ accept: false, status: 503, text: "full" });
      expect(await refusalOf(harness.connect())).toBe(503);
      expect(harness.heard.opened).toEqual([]);
    });

    test("an upgrade on another path makes no socket", async () => {
      const harness = await start();
      expect(await refusalOf(harness.connect([], {}, "/elsewhere"))).toBe(404);
      expect(harness.heard.upgrades).toEqual([]);
    });

    test("messages arrive as text or binary, and their bytes stay what they were", async () => {
      const harness = await start();
      const { client } = await harness.connected();
      client.send(Buffer.from([1, 2, 3]));
      client.send("grüße");
      for (let number = 0; number < 50; number += 1) client.send(Buffer.alloc(100, number));
      await harness.bell.until(() => harness.heard.messages.length === 52);
      const [binary, text, ...others] = harness.heard.messages;
      expect([[...binary!.bytes], binary!.isBinary]).toEqual([[1, 2, 3], true]);
      expect([Buffer.from(text!.bytes).toString(), text!.isBinary]).toEqual(["grüße", false]);
      expect(others.map(({ bytes }) => bytes[99])).toEqual(Array.from({ length: 50 }, (_, number) => number));
    });

    test("what is sent arrives in order, corked or not, as text or binary", async () => {
      const harness = await start();
      const { client, socket } = await harness.connected();
      const got: string[] = [];
      client.on("message", (data, isBinary) => {
        got.push(`${isBinary ? "binary" : "text"} ${String(data as Buffer)}`);
        harness.bell.ring();
      });
      expect(socket.send(Buffer.from("one"), true)).not.toBe("dropped");
      socket.cork(() => {
        socket.send(Buffer.from("two"), false);
        socket.send(Buffer.from("three"), true);
      });
      await harness.bell.until(() => got.length === 3);
      expect(got).toEqual(["binary one", "text two", "binary three"]);
    });

    test("a frame of the greatest size passes, one byte more closes with 1009 and is not handed out", async () => {
      const harness = await start();
      const { client } = await harness.connected();
      client.send(Buffer.alloc(FRAME_BYTES_MAX));
      await harness.bell.until(() => harness.heard.messages.length === 1);
      const closed = closeOf(client);
      client.send(Buffer.alloc(FRAME_BYTES_MAX + 1));
      expect((await closed).code).toBe(1009);
      await harness.bell.until(() => harness.heard.closes.length === 1);
      expect(harness.heard.messages.length).toBe(1);
    });

    test("a frame of many times the greatest size ends the socket and nothing else", async () => {
      const harness = await start();
      const { client } = await harness.connected();
      const closed = closeOf(client);
      client.send(Buffer.alloc(FRAME_BYTES_MAX * 20));
      expect([1006, 1009]).toContain((await closed).code);
      await harness.bell.until(() => harness.heard.closes.length === 1);
      expect(harness.heard.messages).toEqual([]);
      await harness.connected();
    });

    test("a slow reader shows as buffered bytes, and drains in order when it reads again", async () => {
      const harness = await start();
      const { client, socket } = await harness.connected();
      let bytes = 0;
      client.on("message", (data) => {
        bytes += (data as Buffer).byteLength;
        harness.bell.ring();
      });
      client.pause();
      let sent = 0;
      let outcome = "sent";
      while (outcome === "sent" || socket.bufferedBytes < 1_000) {
        outcome = socket.send(Buffer.alloc(8 * 1024, 1), true);
        sent += 8 * 1024;
      }
      expect(outcome).toBe("buffered");
      let drained = false;
      harness.onDrained = (one) => {
        drained ||= one === socket && one.bufferedBytes === 0;
      };
      client.resume();
      await harness.bell.until(() => drained && bytes === sent);
    });

    test("beyond its buffer a send is dropped and the socket is cut", async () => {
      const harness = await start();
      const { client, socket } = await harness.connected();
      client.pause();
      while (socket.send(Buffer.alloc(64 * 1024), true) !== "dropped");
      await harness.bell.until(() => harness.heard.closes.length === 1);
      client.resume();
      expect((await closeOf(client)).code).toBe(1006);
    });

    test("close codes and reasons reach the client, closed comes once, and a gone socket can be used without harm", async () => {
      const harness = await start();
      const { client, socket } = await harness.connected();
      const closed = closeOf(client);
      socket.send(Buffer.from("last"), true);
      socket.close(4205, "too many");
      socket.close(4000, "again");
      expect(await closed).toEqual({ code: 4205, reason: "too many" });
      await harness.bell.until(() => harness.heard.closes.length === 1);
      expect(socket.send(Buffer.from("x"), true)).toBe("dropped");
      expect(socket.bufferedBytes).toBe(0);
      socket.close(1000, "");
      socket.terminate();
      let corked = false;
      socket.cork(() => {
        corked = true;
      });
      expect(corked).toBe(true);
      expect(harness.heard.closes).toEqual([4205]);
    });

    test("the code of a client's close is told", async () => {
      const harness = await start();
      const { client } = await harness.connected();
      client.close(4999, "bye");
      await harness.bell.until(() => harness.heard.closes.length === 1);
      expect(harness.heard.closes).toEqual([4999]);
    });

    test("terminate cuts at once", async () => {
      const harness = await start();
      const { client, socket } = await harness.connected();
      const closed = closeOf(client);
      socket.terminate();
      expect((await closed).code).toBe(1006);
      await harness.bell.until(() => harness.heard.closes.length === 1);
      expect(harness.heard.closes).toEqual([1006]);
    });

    test("a client that vanishes is told as closed", async () => {
      const harness = await start();
      const { client } = await harness.connected();
      client.terminate();
      await harness.bell.until(() => harness.heard.closes.length === 1);
      expect(harness.heard.closes).toEqual([1006]);
    });

    test("bytes that are no WebSocket frame end the socket and nothing else", async () => {
      const harness = await start();
      const stream = tcpConnect(harness.port, "127.0.0.1");
      stream.write("GET /v1/realtime HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
      await harness.bell.until(() => harness.heard.opened.length === 1);
      stream.on("error", () => undefined);
      stream.write(Buffer.from([0xf3, 0x80, 0, 0, 0, 0]));
      await harness.bell.until(() => harness.heard.closes.length === 1);
      stream.destroy();
      await harness.connected();
    });

    test("pings of the client are answered, and an idle client is pinged", async () => {
      const harness = await start();
      const { client } = await harness.connected();
      const pong = new Promise((resolve) => client.once("pong", resolve));
      const ping = new Promise((resolve) => client.once("ping", resolve));
      client.ping();
      await pong;
      await ping;
    });

    test("an HTTP request shows its head and body, and gets status, headers and body back", async () => {
      const harness = await start();
      harness.onHttp = async (request, respond) => {
        const body = Buffer.from(await request.body()).toString();
        const seen = { method: request.method, path: request.path, query: request.query, header: request.header("X-ONE"), body };
        respond({ status: 418, headers: { "content-type": "application/json", "x-two": "2" }, body: JSON.stringify(seen) });
        respond({ status: 200 });
      };
      const { answer, text } = await harness.ask({ method: "PATCH", path: "/a/b?c=d%20", headers: { "X-One": "1" } }, "hello");
      expect([answer.statusCode, answer.headers["x-two"]]).toEqual([418, "2"]);
      expect(JSON.parse(text)).toEqual({ method: "PATCH", path: "/a/b", query: "c=d%20", header: "1", body: "hello" });
    });

    test("requests without a body, and answers without one, work", async () => {
      const harness = await start();
      harness.onHttp = async (request, respond) => {
        const { byteLength } = await request.body();
        respond(request.method === "DELETE" ? { status: 204 } : { status: 200, body: Buffer.from([byteLength]) });
      };
      const { answer, text } = await harness.ask({ method: "GET", path: "/" });
      expect([answer.statusCode, text.charCodeAt(0)]).toEqual([200, 0]);
      expect((await harness.ask({ method: "DELETE", path: "/" })).answer.statusCode).toBe(204);
      expect((await harness.ask({ method: "HEAD", path: "/" })).text).toBe("");
    });

    test("a body in many chunks is whole even when it is asked for late", async () => {
      const harness = await start();
      harness.onHttp = async (request, respond) => {
        await new Promise((resolve) => { setImmediate(resolve); });
        respond({ status: 200, body: String((await request.body()).byteLength) });
      };
      expect((await harness.ask({ method: "POST", path: "/" }, Buffer.alloc(BODY_BYTES_MAX))).text).toBe(String(BODY_BYTES_MAX));
    });

    test("a body above the limit is refused as too large", async () => {
      const harness = await start();
      harness.onHttp = async (request, respond) => {
        const outcome = await request.body().then(() => "whole", (error: Error) => error.name);
        respond({ status: 413, body: outcome });
      };
      const { answer, text } = await harness.ask({ method: "POST", path: "/" }, Buffer.alloc(BODY_BYTES_MAX + 1));
      expect([answer.statusCode, text]).toEqual([413, "ERR_PAYLOAD_TOO_LARGE"]);
    });

    test("headers of 6 KiB are taken", async () => {
      const harness = await start();
      harness.onHttp = (request, respond) => respond({ status: 200, body: String(request.header("authtoken")?.length) });
      expect((await harness.ask({ path: "/", headers: { authToken: "x".repeat(6_000) } })).text).toBe("6000");
    });

    test("a handler that throws or gives no answer becomes a 500 and a defect", async () => {
      const harness = await start();
      harness.onHttp = (request) => {
        if (request.path === "/throws") throw new Error("broken");
      };
      expect((await harness.ask({ path: "/throws" })).answer.statusCode).toBe(500);
      expect((await harness.ask({ path: "/silent" })).answer.statusCode).toBe(500);
      expect(harness.heard.defects.length).toBe(2);
    });

    test("a client that leaves before the answer, or within its body, harms nothing", async () => {
      const harness = await start();
      const outcomes: string[] = [];
      let go!: () => void;
      const gate = new Promise<void>((resolve) => { go = resolve; });
      harness.onHttp = async (request, respond) => {
        if (request.path === "/waits") {
          outcomes.push("arrived");
          harness.bell.ring();
          await gate;
          respond({ status: 200, body: "late" });
          outcomes.push("answered");
        } else if (request.path === "/body") {
          outcomes.push("body");
          harness.bell.ring();
          outcomes.push(await request.body().then(() => "whole", (error: Error) => error.name));
          respond({ status: 200 });
        } else respond({ status: 200, body: "fine" });
        harness.bell.ring();
      };
      const waits = tcpConnect(harness.port, "127.0.0.1");
      waits.write("GET /waits HTTP/1.1\r\nHost: x\r\n\r\n");
      await harness.bell.until(() => outcomes.includes("arrived"));
      waits.destroy();
      const body = tcpConnect(harness.port, "127.0.0.1");
      body.write("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npart");
      await harness.bell.until(() => outcomes.includes("body"));
      body.destroy();
      await harness.bell.until(() => outcomes.includes("ERR_OPERATION_FAILED"));
      go();
      await harness.bell.until(() => outcomes.includes("answered"));
      expect((await harness.ask({ path: "/" })).text).toBe("fine");
      expect(harness.heard.defects).toEqual([]);
    });

    test("listening on a taken port fails with a text that names the address", async () => {
      const harness = await start();
      const second = await create(new Harness().options());
      await expect(second.listen(harness.port, "127.0.0.1")).rejects.toThrow(`127.0.0.1:${harness.port}`);
      await second.close();
    });

    test("after stopListening open sockets go on and new ones are refused; close cuts the rest", async () => {
      const harness = await start();
      const { client, socket } = await harness.connected();
      harness.transport.stopListening();
      const got = new Promise<string>((resolve) => client.once("message", (data) => resolve(String(data as Buffer))));
      socket.send(Buffer.from("still here"), true);
      expect(await got).toBe("still here");
      const refused = new Promise((resolve) => harness.connect().once("error", resolve));
      expect(await refused).toBeInstanceOf(Error);
      const closed = closeOf(client);
      await harness.transport.close();
      expect((await closed).code).toBe(1006);
    });
  });
}
