import { describe, expect, it } from "vitest";
import { Hello } from "@parlance/proto/gateway/v1/frame";
import { FakeGateway } from "../testing/fake-gateway.js";
import { ManualClock, rejection, settle } from "../testing/manual-clock.js";
import { Connection } from "./connection.js";

function system(auto = true) {
  const clock = new ManualClock();
  const gateway = new FakeGateway();
  const heard: string[] = [];
  const connection = new Connection({
    clock, random: { next: () => 0.5 }, openSocket: gateway.openSocket, url: "", auto, graceMs: 30_000, appState: "foreground",
    hello: (background) => Hello.fromPartial({ background }),
  }, {
    onStatus: (status) => heard.push(status),
    onWelcome: () => undefined,
    onEvents: () => undefined,
    onResync: () => heard.push("resync"),
    onLost: () => heard.push("lost"),
    onCursorsVoid: () => heard.push("void"),
    onError: ({ code }) => heard.push(code),
    onSessionEnded: ({ code }) => heard.push(`ended ${code}`),
  });
  const background = async () => {
    connection.setAppState("background");
    await settle();
  };
  const foreground = async () => {
    connection.setAppState("foreground");
    await settle();
  };
  return { clock, gateway, heard, connection, background, foreground, sockets: () => gateway.sockets.length };
}

async function open(auto = true) {
  const parts = system(auto);
  await parts.connection.connect();
  parts.heard.length = 0;
  return parts;
}

describe("auto mode", () => {
  it("goes from disconnected over connecting to connected, and connect() while connected does nothing", async () => {
    const { connection, heard, sockets } = system();
    expect(connection.status).toBe("disconnected");
    await connection.connect();
    await connection.connect();
    expect([heard, sockets(), connection.status]).toEqual([["connecting", "connected"], 1, "connected"]);
  });

  it("reconnects after a loss until it is connected, telling why each attempt failed", async () => {
    const { clock, gateway, heard, sockets } = await open();
    gateway.mode = "refuse";
    gateway.socket.end(1006);
    expect(heard).toEqual(["lost", "connecting", "WS_CONNECTION_FAIL"]);
    await clock.advance(500);
    expect(sockets()).toBe(2);
    await clock.advance(999);
    expect(sockets()).toBe(2);
    await clock.advance(1);
    expect(sockets()).toBe(3);
    gateway.mode = "welcome";
    await clock.advance(2_000);
    expect(heard.at(-1)).toBe("connected");
    expect(heard.filter((what) => what === "connecting")).toHaveLength(1);
  });

  it("waits longer each time when connections break at once, and little again after one that lasted", async () => {
    const { clock, gateway, sockets } = await open();
    gateway.socket.end(1006);
    await clock.advance(500);
    gateway.socket.end(1006);
    await clock.advance(999);
    expect(sockets()).toBe(2);
    await clock.advance(1 + 10_000);
    expect(sockets()).toBe(3);
    gateway.socket.end(1006);
    await clock.advance(500);
    expect(sockets()).toBe(4);
  });

  it("honours the wait the server asks for", async () => {
    const { clock, gateway, sockets } = await open();
    gateway.socket.goodbye(4000, 10_000);
    await clock.advance(14_999);
    expect(sockets()).toBe(1);
    await clock.advance(1);
    expect(sockets()).toBe(2);
  });

  it("drops the cursors when the server says that they are void, and reconnects", async () => {
    const { clock, gateway, heard, sockets } = await open();
    gateway.socket.end(4100);
    await clock.advance(500);
    expect([heard[1], sockets()]).toEqual(["void", 2]);
  });

  it.each([4205, 4209, 1008])("stops on %i", async (code) => {
    const { clock, gateway, heard, sockets } = await open();
    gateway.socket.end(code);
    await clock.advance(600_000);
    expect([heard, sockets()]).toEqual([["lost", "disconnected", "WS_CONNECTION_FAIL"], 1]);
  });

  it("tells that the session is over when the server ended it", async () => {
    const { gateway, heard } = await open();
    gateway.socket.end(4202);
    expect(heard).toEqual(["lost", "disconnected", "AUTH_ERR_AUTH_TOKEN_NOT_FOUND", "ended AUTH_ERR_AUTH_TOKEN_NOT_FOUND"]);
  });

  it("closes in the background without bye, and is back in the foreground", async () => {
    const { gateway, heard, background, foreground, sockets, clock } = await open();
    const { socket } = gateway;
    await background();
    await clock.advance(60_000);
    expect([socket.cases(), socket.closedWith, heard]).toEqual([["hello"], 1000, ["lost", "disconnected"]]);
    await foreground();
    expect([sockets(), heard.at(-1)]).toEqual([2, "connected"]);
  });

  it("stays closed after disconnect(), until connect() or the next return to the foreground", async () => {
    const { clock, connection, gateway, background, foreground, sockets } = await open();
    const { socket } = gateway;
    connection.disconnect();
    await clock.advance(600_000);
    expect([socket.cases(), sockets()]).toEqual([["hello", "bye"], 1]);
    await background();
    await foreground();
    expect(connection.status).toBe("connected");
    connection.disconnect();
    await connection.connect();
    expect(sockets()).toBe(3);
  });

  it("skips one wait when the network is back", async () => {
    const { clock, gateway, connection, sockets } = await open();
    gateway.mode = "refuse";
    gateway.socket.end(1006);
    await clock.advance(20_000);
    const before = sockets();
    connection.skipWait();
    await settle();
    expect(sockets()).toBe(before + 1);
    connection.disconnect();
    expect(clock.pendingTimers).toBe(0);
  });

  it("rejects connect() when it stops trying", async () => {
    const { connection, gateway, clock } = system();
    gateway.mode = "refuse";
    const connecting = connection.connect();
    const given = rejection(connecting);
    await clock.advance(5_000);
    connection.disconnect();
    expect(await given).toMatchObject({ code: "WS_CONNECTION_FAIL" });
    gateway.mode = "hold";
    const refused = rejection(connection.connect());
    await settle();
    gateway.socket.end(4200);
    expect(await refused).toMatchObject({ code: "WS_AUTH_FAIL" });
  });
});

describe("manual mode", () => {
  it("keeps the socket in the background for 30 s, and then is disconnected for good", async () => {
    const { clock, gateway, heard, background, foreground, sockets } = await open(false);
    const { socket } = gateway;
    await background();
    expect(socket.cases()).toEqual(["hello", "background"]);
    await clock.advance(29_999);
    expect(heard).toEqual([]);
    await clock.advance(1);
    expect([heard, socket.closedWith]).toEqual([["lost", "disconnected"], 1000]);
    await foreground();
    await clock.advance(60_000);
    expect(sockets()).toBe(1);
  });

  it("gives another 30 s with each ping(), any number of times", async () => {
    const { clock, connection, gateway, heard, background } = await open(false);
    await background();
    for (let turn = 0; turn < 5; turn += 1) {
      await clock.advance(25_000);
      await connection.ping();
    }
    expect([heard, gateway.socket.cases().filter((what) => what === "ping")]).toEqual([[], Array(5).fill("ping")]);
    await clock.advance(30_000);
    expect(heard).toEqual(["lost", "disconnected"]);
  });

  it("stays connected when it is back in time", async () => {
    const { clock, gateway, heard, background, foreground } = await open(false);
    await background();
    await clock.advance(20_000);
    await foreground();
    await clock.advance(100_000);
    expect(gateway.socket.cases().slice(0, 3)).toEqual(["hello", "background", "foreground"]);
    expect(heard).toEqual([]);
  });

  it("reconnects by itself in the foreground, not in the background", async () => {
    const { clock, gateway, heard, background, sockets, connection } = await open(false);
    gateway.socket.end(1006);
    await clock.advance(500);
    expect(sockets()).toBe(2);
    await background();
    heard.length = 0;
    gateway.socket.end(1006);
    await clock.advance(600_000);
    expect([sockets(), heard, connection.status]).toEqual([2, ["lost", "disconnected", "WS_CONNECTION_FAIL"], "disconnected"]);
  });

  it("connects in the background with the timer running", async () => {
    const { clock, connection, gateway, heard, background } = system(false);
    await background();
    await connection.connect();
    expect(gateway.socket.frames[0]?.body).toMatchObject({ $case: "hello", value: { background: true } });
    await clock.advance(30_000);
    expect(heard).toEqual(["connecting", "connected", "lost", "disconnected"]);
  });

  it("answers ping() in the foreground without effect, and rejects it without a socket", async () => {
    const { connection, gateway } = await open(false);
    await connection.ping();
    expect(gateway.socket.cases()).toEqual(["hello"]);
    connection.disconnect();
    await expect(connection.ping()).rejects.toMatchObject({ code: "NO_WEBSOCKET_CONNECTION" });
  });

  it("does not reconnect after the gateway's own background time-out", async () => {
    const { clock, gateway, background, sockets } = await open(false);
    await background();
    gateway.socket.end(4206);
    await clock.advance(600_000);
    expect(sockets()).toBe(1);
  });

  it("opens no socket before connect()", async () => {
    const { clock, background, foreground, sockets } = system(false);
    await background();
    await foreground();
    await clock.advance(60_000);
    expect(sockets()).toBe(0);
  });
});
