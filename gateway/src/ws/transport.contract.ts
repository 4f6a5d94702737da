// The contract of the transport port: sockets; that of its HTTP side is transport-http.contract.ts. transport.test.ts runs both
// on both libraries.

import { connect as tcpConnect } from "node:net";
import { describe, expect, test } from "vitest";
import { FRAME_BYTES_MAX, Harness, closeOf, refusalOf } from "../testing/transport-harness.js";
import { harnessesOf, type CreateTransport } from "./transport-harnesses.contract.js";

export function transportContract(name: string, create: CreateTransport): void {
  describe(`transport ${name}`, () => {
    const { start } = harnessesOf(create);

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
        got.push(`${isBinary ? "binary" : "text"} ${(data as Buffer).toString()}`);
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
      stream.resume();
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
      const got = new Promise<string>((resolve) => client.once("message", (data) => resolve((data as Buffer).toString())));
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
