import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../time/index.js";
import { TcpProxy } from "./tcp-proxy.js";

/** What one end of a connection has seen. */
class End {
  text = "";
  ended = false;
  error: string | undefined;

  constructor(readonly socket: Socket) {
    socket.on("data", (chunk) => (this.text += chunk.toString()));
    socket.on("close", () => (this.ended = true));
    socket.on("error", (error: NodeJS.ErrnoException) => (this.error = error.code));
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => void setImmediate(resolve));
}

describe("H8: the TCP proxy", () => {
  let clock: ManualClock;
  let target: Server;
  let proxy: TcpProxy;
  let served: End[];
  let clients: End[];

  beforeEach(async () => {
    clock = new ManualClock();
    served = [];
    clients = [];
    target = createServer((socket) => void served.push(new End(socket)));
    await new Promise<void>((resolve) => void target.listen(0, "127.0.0.1", resolve));
    const address = target.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    proxy = await TcpProxy.start({ targetPort: address.port, clock });
  });

  afterEach(async () => {
    for (const { socket } of [...clients, ...served]) socket.destroy();
    await proxy.stop();
    await new Promise<void>((resolve) => void target.close(() => resolve()));
  });

  function dial(): End {
    const client = new End(connect(proxy.port, "127.0.0.1"));
    clients.push(client);
    return client;
  }

  async function link(): Promise<[client: End, server: End]> {
    const before = served.length;
    const client = dial();
    await until(() => served.length > before);
    return [client, served[before]!];
  }

  it("passes bytes and the end of a stream both ways", async () => {
    const [client, server] = await link();
    client.socket.write("ping");
    await until(() => server.text === "ping");
    server.socket.end("pong");
    await until(() => client.ended && server.ended);
    expect(client.text).toBe("pong");
    await until(() => proxy.connections === 0);
  });

  it("delays one direction and keeps the order", async () => {
    const [client, server] = await link();
    proxy.delay("toClient", 500);
    server.socket.write("late");
    await until(() => clock.pendingTimers === 1);
    client.socket.write("prompt");
    await until(() => server.text === "prompt");
    expect(client.text).toBe("");
    await clock.advance(500);
    await until(() => client.text === "late");
  });

  it("throttles to so many bytes a second", async () => {
    const [client, server] = await link();
    proxy.throttle("toTarget", 1_000);
    client.socket.write("x".repeat(1_000));
    await until(() => server.text.length > 0 && clock.pendingTimers === 1);
    expect(server.text.length).toBe(50);
    await clock.advance(450);
    await until(() => server.text.length >= 500);
    expect(server.text.length).toBe(500);
    await proxy.pass();
    await until(() => server.text.length === 1_000);
  });

  it("cuts every connection at once", async () => {
    const [client, server] = await link();
    proxy.cut();
    await until(() => client.ended && server.ended);
    expect([client.error, server.error]).toContain("ECONNRESET");
    const [again] = await link();
    expect(again.ended).toBe(false);
  });

  it("cuts after the n-th byte, which still arrives", async () => {
    const [client, server] = await link();
    proxy.cutAt("toClient", { bytes: 6 });
    server.socket.write("abcdefghi");
    await until(() => client.ended && server.ended);
    expect(client.text).toBe("abcdef");
  });

  it("F5: forwards the request and swallows the n-th reply", async () => {
    const [client, server] = await link();
    const [other] = await link();
    proxy.cutAt("toClient", { replies: 2 });
    client.socket.write("one");
    await until(() => server.text === "one");
    server.socket.write("reply one");
    await until(() => client.text === "reply one");
    client.socket.write("two");
    await until(() => server.text === "onetwo");
    server.socket.write("reply two");
    await until(() => client.ended);
    expect(client.text).toBe("reply one");
    expect(other.ended).toBe(false);
  });

  it("F5: counts replies as the protocol does when told how", async () => {
    const [client, server] = await link();
    const countReplies = (chunk: Buffer): number => chunk.toString().split(";").length - 1;
    proxy.cutAt("toClient", { replies: 3, countReplies });
    server.socket.write("1;2;");
    await until(() => client.text === "1;2;");
    server.socket.write("3;");
    await until(() => client.ended);
    expect(client.text).toBe("1;2;");
  });

  it("F6: half-open keeps the sockets and passes neither bytes nor ends, until healed", async () => {
    const [client, server] = await link();
    proxy.halfOpen();
    client.socket.end("last words");
    const newcomer = dial();
    await until(() => proxy.connections === 2 && client.socket.writableFinished);
    newcomer.socket.write("hello?");
    const [witness] = await directly(target);
    expect([server.text, server.ended, served.length]).toEqual(["", false, 2]);
    witness.socket.destroy();
    await proxy.pass();
    await until(() => server.text === "last words" && served.at(-1)?.text === "hello?");
    await until(() => server.ended);
  });

  it("F21: stalls one direction only", async () => {
    const [client, server] = await link();
    proxy.stall("toClient");
    server.socket.write("unheard");
    client.socket.write("heard");
    await until(() => server.text === "heard");
    expect(client.text).toBe("");
    await proxy.pass();
    await until(() => client.text === "unheard");
  });

  it("refuses new connections, keeps old ones, and accepts again on the same port", async () => {
    const [client, server] = await link();
    await proxy.refuse();
    const refused = dial();
    await until(() => refused.ended);
    expect(refused.error).toBe("ECONNREFUSED");
    client.socket.write("still here");
    await until(() => server.text === "still here");
    await proxy.pass();
    await link();
  });

  it("keeps at most a bounded amount of what a slow line holds back", async () => {
    const [client] = await link();
    proxy.stall("toTarget");
    const chunk = Buffer.alloc(4_000_000);
    for (let index = 0; index < 10; index += 1) client.socket.write(chunk);
    await directly(target);
    expect(client.socket.writableLength).toBeGreaterThan(20_000_000);
  });

  /**
   * A connection past the proxy: once it stands, what went before through the proxy could have arrived too.
   */
  async function directly(server: Server): Promise<[End]> {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const before = served.length;
    const end = new End(connect(address.port, "127.0.0.1"));
    clients.push(end);
    await until(() => served.length > before);
    return [end];
  }
});
