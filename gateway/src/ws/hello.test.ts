import { fail } from "@parlance/platform/errors";
import { CloseCode, PresenceMode } from "@parlance/proto/gateway/v1/frame";
import { App, User } from "@parlance/proto/identity/v1/identity";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import { describe, expect, test } from "vitest";
import { memberRow, messageRow, sessionEnded } from "../testing/bodies.js";
import { ScriptedGateway } from "../testing/scripted-gateway.js";

/** A promise that a test resolves. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => { open = resolve; });
  return { opened, open };
}

describe("hello", () => {
  test("a token in hello is answered by welcome with who it is and what the limits are", async () => {
    const gateway = new ScriptedGateway();
    const alice = gateway.connect();
    alice.hello({ token: "alice-token", deviceId: "phone", appId: "one" });
    await gateway.settle();
    const [frame] = alice.frames();
    expect(frame).toMatchObject({
      id: 1,
      body: {
        $case: "welcome",
        value: {
          sessionId: alice.session.id, uid: "alice", appId: "one", heartbeatMs: 30_000, resumed: false, serverTimeMs: gateway.clock.now(),
          limits: { frameBytesMax: 131_072, framesPerSecond: 20, framesBurst: 40, callsInFlightMax: 32, presenceInterestMax: 5_000 },
        },
      },
    });
    expect(gateway.services.calls("identity.VerifyAuthToken")[0]).toMatchObject({
      request: { token: "alice-token", deviceId: "phone", appId: "one" }, context: { caller: { kind: "internal", peer: "gateway" } },
    });
  });

  test("the token may come in the Authorization header of the upgrade, and hello still comes first", async () => {
    const gateway = new ScriptedGateway();
    const alice = gateway.connect({ json: true, headers: { authorization: "Bearer alice-token" } });
    await gateway.settle();
    expect(alice.frames()).toEqual([]);
    alice.hello();
    await gateway.settle();
    expect(alice.frames()[0]?.body?.$case).toBe("welcome");
    expect(alice.session.presentedToken).toBeUndefined();
  });

  test("without hello the socket is closed after 5 s with 4208", async () => {
    const gateway = new ScriptedGateway();
    const client = gateway.connect();
    await gateway.clock.advance(4_900);
    expect(client.socket.closedWith).toBeUndefined();
    await gateway.clock.advance(600);
    expect(client.socket.closedWith?.code).toBe(CloseCode.BAD_HELLO);
  });

  test("another first frame, a frame before welcome, an overlong field and an impossible grace close with 4208", async () => {
    const gateway = new ScriptedGateway();
    const other = gateway.connect();
    other.send({ id: 1, body: { $case: "ping", value: {} } });
    const second = gateway.connect();
    second.hello({ token: "alice-token" });
    second.send({ id: 2, body: { $case: "ping", value: {} } });
    const long = gateway.connect();
    long.hello({ token: "x".repeat(256) });
    const grace = gateway.connect();
    grace.hello({ token: "alice-token", backgroundGraceMs: 4_999 });
    const garbage = gateway.connect({ json: true });
    garbage.sendJson("{");
    const text = gateway.connect();
    text.sendJson({ hello: {} });
    await gateway.settle();
    for (const client of [other, second, long, grace, garbage, text]) {
      expect(client.socket.closedWith?.code).toBe(CloseCode.BAD_HELLO);
      expect(client.frames().at(-1)?.body).toMatchObject({ $case: "goodbye", value: { code: CloseCode.BAD_HELLO } });
    }
    expect(gateway.wired.sessions.size).toBe(0);
  });

  test("a refused token gets the error and the close code that says what to do", async () => {
    const gateway = new ScriptedGateway();
    const codes = async (uid: string, thrown?: Parameters<typeof fail>[0]) => {
      if (thrown !== undefined) gateway.services.on("identity.VerifyAuthToken", () => { throw fail(thrown); });
      const client = gateway.connect();
      client.hello({ token: uid });
      await gateway.settle();
      expect(client.frames().map(({ body }) => body?.$case)).toEqual(["error", "goodbye"]);
      return client.socket.closedWith?.code;
    };
    expect(await codes("mallory-token")).toBe(CloseCode.AUTHENTICATION_FAILED);
    expect(await codes("")).toBe(CloseCode.AUTHENTICATION_FAILED);
    expect(await codes("alice-expired")).toBe(CloseCode.TOKEN_EXPIRED);
    expect(await codes("alice-token", "ERR_SUBSCRIPTION_EXPIRED")).toBe(CloseCode.APP_SUSPENDED);
    expect(await codes("alice-token", "ERR_UID_NOT_FOUND")).toBe(CloseCode.USER_DEACTIVATED);
    expect(await codes("alice-token", "AUTH_ERR_INVALID_APPID")).toBe(CloseCode.AUTHENTICATION_FAILED);
    expect(await codes("alice-token", "ERR_OPERATION_FAILED")).toBe(CloseCode.OVERLOADED);
  });

  test("wrong and unknown tokens are refused with the same bytes (S2)", async () => {
    const gateway = new ScriptedGateway();
    const said: string[] = [];
    for (const token of ["mallory-token", "alice-forged", "x"]) {
      const client = gateway.connect({ json: true });
      client.hello({ token });
      await gateway.settle();
      said.push(JSON.stringify(client.texts()));
    }
    expect(new Set(said).size).toBe(1);
  });

  test("events that come while hello is checked follow welcome, and none is missed", async () => {
    const gateway = new ScriptedGateway();
    gateway.services.groupsOf.set("alice", ["g1"]);
    const listed = gate();
    gateway.services.on("group.ListJoinedGuids", async () => {
      await listed.opened;
      return { guids: ["g1"] };
    });
    const alice = gateway.connect();
    alice.hello({ token: "alice-token" });
    await gateway.settle();
    gateway.publish(gateway.record("u:alice", messageRow("early"), { id: "early" }));
    await gateway.settle();
    expect(alice.frames()).toEqual([]);
    listed.open();
    await gateway.settle();
    gateway.publish(gateway.record("g:g1", messageRow("late"), { id: "late" }));
    await gateway.settle();
    const frames = alice.frames();
    expect(frames.map(({ body }) => body?.$case)).toEqual(["welcome", "event", "event"]);
  });

  test("a group joined or left while the list is fetched counts as heard, not as listed", async () => {
    const gateway = new ScriptedGateway();
    const listed = gate();
    gateway.services.on("group.ListJoinedGuids", async () => {
      await listed.opened;
      return { guids: ["left"] };
    });
    const alice = gateway.connect();
    alice.hello({ token: "alice-token" });
    await gateway.settle();
    gateway.publish(
      gateway.record("g:left", memberRow(GroupActionKind.KICKED, "alice"), { except: "alice" }),
      gateway.record("g:joined", memberRow(GroupActionKind.JOINED, "alice"), { except: "alice" }),
    );
    listed.open();
    await gateway.settle();
    gateway.publish(
      gateway.record("g:left", messageRow("secret"), { id: "secret" }), gateway.record("g:joined", messageRow("hi"), { id: "hi" }),
    );
    await gateway.settle();
    expect(alice.events()).toEqual(["hi"]);
  });

  test("a token revoked while its hello is checked does not get in (S4)", async () => {
    const gateway = new ScriptedGateway();
    const checked = gate();
    const verify = gateway.services;
    const answer = { app: { appId: "one" }, user: { uid: "alice" }, tokenId: "alice-handle", expiresAtMs: 0 };
    verify.on("identity.VerifyAuthToken", async () => {
      await checked.opened;
      return { ...answer, app: App.fromPartial(answer.app), user: User.fromPartial(answer.user) };
    });
    const alice = gateway.connect();
    alice.hello({ token: "alice-token" });
    await gateway.settle();
    gateway.publish(gateway.record("u:alice", sessionEnded("alice", CloseCode.TOKEN_REVOKED, ["alice-handle"])));
    checked.open();
    await gateway.settle();
    expect(alice.socket.closedWith?.code).toBe(CloseCode.TOKEN_REVOKED);
    expect(alice.frames().some(({ body }) => body?.$case === "welcome")).toBe(false);
  });

  test("the eleventh socket of a user closes the oldest with 4205", async () => {
    const gateway = new ScriptedGateway();
    const sockets = [];
    for (let number = 0; number < 11; number += 1) sockets.push(await gateway.login("alice"));
    await gateway.settle();
    expect(sockets.map(({ socket }) => socket.closedWith?.code)).toEqual([CloseCode.TOO_MANY_SOCKETS, ...Array<undefined>(10).fill(undefined)]);
    await gateway.login("bob");
    expect(sockets[1]?.socket.closedWith).toBeUndefined();
  });

  test("a client that leaves while its hello is checked leaves nothing behind", async () => {
    const gateway = new ScriptedGateway();
    const alice = gateway.connect();
    alice.hello({ token: "alice-token", presence: PresenceMode.ALL });
    alice.leaves();
    await gateway.settle();
    expect([gateway.wired.sessions.size, gateway.wired.parts.interest.size]).toEqual([0, 0]);
    expect(gateway.services.calls("presence.ReportConnections")).toEqual([]);
  });

  test("a failure of the group service sends the client away for a while", async () => {
    const gateway = new ScriptedGateway();
    gateway.services.on("group.ListJoinedGuids", () => { throw fail("ERR_OPERATION_FAILED"); });
    const alice = gateway.connect();
    alice.hello({ token: "alice-token" });
    await gateway.settle();
    expect(alice.socket.closedWith).toMatchObject({ code: CloseCode.OVERLOADED, reason: expect.stringContaining("retryAfterMs=") as string });
    expect(gateway.wired.parts.interest.size).toBe(0);
  });
});
