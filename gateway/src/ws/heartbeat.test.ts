import { CloseCode, type ClientFrame } from "@parlance/proto/gateway/v1/frame";
import { App, User } from "@parlance/proto/identity/v1/identity";
import { describe, expect, test } from "vitest";
import { ScriptedGateway } from "../testing/scripted-gateway.js";
import { closeExpired } from "./heartbeat.js";

const frame = ($case: "background" | "foreground" | "ping"): Partial<ClientFrame> => ({ body: { $case, value: {} } });

describe("manual mode", () => {
  test("a background connection lives 30 s and is closed with 4206", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    alice.send(frame("background"));
    await gateway.clock.advance(29_900);
    expect(alice.socket.closedWith).toBeUndefined();
    await gateway.clock.advance(1_000);
    expect(alice.socket.closedWith?.code).toBe(CloseCode.BACKGROUND_TIMEOUT);
  });

  test("each ping within the grace starts it anew, any number of times", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    alice.send(frame("background"));
    for (let count = 0; count < 5; count += 1) {
      await gateway.clock.advance(29_000);
      alice.send(frame("ping"));
    }
    await gateway.clock.advance(29_000);
    expect(alice.socket.closedWith).toBeUndefined();
    await gateway.clock.advance(2_000);
    expect(alice.socket.closedWith?.code).toBe(CloseCode.BACKGROUND_TIMEOUT);
  });

  test("foreground cancels the timer, and ping in the foreground starts none", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    alice.send(frame("background"));
    alice.send(frame("foreground"));
    alice.send(frame("ping"));
    await gateway.clock.advance(120_000);
    expect(alice.socket.closedWith).toBeUndefined();
  });

  test("a client may connect in the background and ask for its own grace", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice", { hello: { background: true, backgroundGraceMs: 5_000 } });
    await gateway.clock.advance(4_900);
    expect(alice.socket.closedWith).toBeUndefined();
    await gateway.clock.advance(600);
    expect(alice.socket.closedWith?.code).toBe(CloseCode.BACKGROUND_TIMEOUT);
  });
});

describe("the end of a socket's time", () => {
  test("a socket leaves when its token expires with 4201, else at a random age with 4004", async () => {
    const gateway = new ScriptedGateway();
    const bob = await gateway.login("bob");
    gateway.services.on("identity.VerifyAuthToken", () => ({
      app: App.fromPartial({ appId: "one" }), user: User.fromPartial({ uid: "alice" }), tokenId: "t", expiresAtMs: gateway.clock.now() + 60_000,
    }));
    const alice = await gateway.login("alice");
    const sweep = () => closeExpired(gateway.wired.parts, gateway.wired.sessions.all());
    await gateway.clock.advance(59_000);
    sweep();
    expect(alice.socket.closedWith).toBeUndefined();
    await gateway.clock.advance(2_000);
    sweep();
    expect(alice.socket.closedWith?.code).toBe(CloseCode.TOKEN_EXPIRED);
    expect(bob.socket.closedWith).toBeUndefined();
    await gateway.clock.advance(230 * 60_000);
    sweep();
    expect(bob.socket.closedWith?.code).toBe(CloseCode.MAXIMUM_LIFE);
  });
});
