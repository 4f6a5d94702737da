// What a service that is away costs (P23), as far as it is the gateway's part.

import { fail } from "@parlance/platform/errors";
import { describe, expect, test } from "vitest";
import { messageRow } from "../testing/bodies.js";
import { ScriptedGateway } from "../testing/scripted-gateway.js";
import { CloseCode } from "./close-codes.js";

const away = () => { throw fail("ERR_OPERATION_FAILED", "no pod answers"); };

describe("while services are away", () => {
  test("each call is answered with an error that says when to try again, and the socket goes on", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice", { json: true });
    gateway.services.on("messaging.GetMessage", away);
    gateway.services.on("messaging.ListMessages", () => { throw fail("ERR_MISSION_FAILED"); });
    alice.sendJson({ id: 1, call: { method: "messaging.GetMessage", request: { messageId: 7 } } });
    alice.sendJson({ id: 2, call: { method: "messaging.ListMessages", request: {} } });
    await gateway.settle();
    expect(alice.texts()).toMatchObject([
      { id: 1, error: { code: "ERR_OPERATION_FAILED", retryable: true, retryAfterMs: 1_000 } },
      { id: 2, error: { code: "ERR_MISSION_FAILED", retryable: true, retryAfterMs: 1_000 } },
    ]);
    gateway.publish(gateway.record("u:alice", messageRow("hi"), { id: "e1" }));
    alice.sendJson({ id: 3, ping: {} });
    await gateway.settle();
    expect(alice.texts()).toMatchObject([{ id: 3, pong: {} }, { event: { id: "e1" } }]);
    expect(gateway.log.unexpected).toEqual([]);
  });

  test("a call that must not be tried again says no time", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice", { json: true });
    gateway.services.on("messaging.GetMessage", () => { throw fail("ERR_MESSAGE_ID_NOT_FOUND"); });
    alice.sendJson({ id: 1, call: { method: "messaging.GetMessage", request: { messageId: 7 } } });
    await gateway.settle();
    expect(alice.texts()).toMatchObject([{ id: 1, error: { code: "ERR_MESSAGE_ID_NOT_FOUND" } }]);
  });

  test.each(["identity.VerifyAuthToken", "group.ListJoinedGuids"])("new connections are refused with a time when %s fails; those that are here stay", async (method) => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    gateway.services.on(method, away);
    const bob = gateway.connect();
    bob.hello({ token: "bob-token" });
    await gateway.settle();
    expect(bob.frames().map(({ body }) => body)).toMatchObject([
      { $case: "error", value: { retryable: true, retryAfterMs: 1_000 } },
      { $case: "goodbye", value: { code: CloseCode.OVERLOADED, retryAfterMs: 1_000 } },
    ]);
    gateway.publish(gateway.record("u:alice", messageRow("hi"), { id: "e1" }));
    await gateway.settle();
    expect([alice.events(), alice.socket.closedWith]).toEqual([["e1"], undefined]);
  });

  test("typing, transient messages and presence reports that go nowhere disturb nobody", async () => {
    const gateway = new ScriptedGateway();
    for (const method of ["SignalTyping", "SendTransient", "ReportConnections", "RenewLease", "ReplaceConnections"]) {
      gateway.services.on(`presence.${method}`, away);
    }
    gateway.wired.parts.reporter.start();
    const alice = await gateway.login("alice", { json: true });
    alice.sendJson({ typing: { receiverType: "RECEIVER_TYPE_USER", receiverId: "bob" } });
    alice.sendJson({ transient: { receiverType: "RECEIVER_TYPE_USER", receiverId: "bob", dataJson: "{}" } });
    await gateway.clock.advance(120_000);
    expect([alice.texts(), alice.socket.closedWith, gateway.log.unexpected]).toEqual([[], undefined, []]);
  });
});
