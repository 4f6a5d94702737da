import { fail } from "@parlance/platform/errors";
import { ErrorCode } from "@parlance/proto/errors/v1/errors";
import { CloseCode, type ServerFrame } from "@parlance/proto/gateway/v1/frame";
import { GetMessageRequest, GetMessageResponse } from "@parlance/proto/messaging/v1/rpc";
import { SubscribePresenceRequest, UnsubscribePresenceRequest } from "@parlance/proto/presence/v1/presence";
import { describe, expect, test } from "vitest";
import { presence } from "../testing/bodies.js";
import { ScriptedGateway, type ScriptedClient } from "../testing/scripted-gateway.js";

const METHOD = "messaging.GetMessage";
const TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const request = GetMessageRequest.encode(GetMessageRequest.fromPartial({ messageId: 7 })).finish();

function call(client: ScriptedClient, id: number, method = METHOD, bytes: Uint8Array = request): void {
  client.send({ id, body: { $case: "call", value: { method, request: bytes } } });
}

const errorOf = (frame: ServerFrame | undefined) => (frame?.body?.$case === "error" ? frame.body.value : undefined);

describe("calls", () => {
  test("a call reaches its service as the user and is answered with its id", async () => {
    const gateway = new ScriptedGateway();
    gateway.services.on(METHOD, () => GetMessageResponse.fromPartial({ message: { id: 7 } }));
    const alice = await gateway.login("alice", { hello: { deviceId: "phone" } });
    call(alice, 41);
    await gateway.settle();
    const [frame] = alice.frames();
    expect(frame?.id).toBe(41);
    expect(frame?.body?.$case === "result" && GetMessageResponse.decode(frame.body.value).message?.id).toBe(7);
    expect(gateway.services.calls(METHOD)[0]).toMatchObject({
      request: { messageId: 7 },
      context: { app: "one", caller: { kind: "user", uid: "alice", tokenId: "alice-handle", sessionId: alice.session.id, deviceId: "phone" } },
    });
  });

  test.each([["binary", false], ["JSON", true]])("carry the client's trace on, from a %s frame; one begins here when there is none", async (_, json) => {
    const gateway = new ScriptedGateway();
    gateway.services.on(METHOD, () => GetMessageResponse.fromPartial({ message: { id: 7 } }));
    const alice = await gateway.login("alice", { json });
    for (const [id, traceParent] of [TRACE, undefined, "no trace"].entries()) {
      if (json) alice.sendJson({ id, call: { method: METHOD, request: { messageId: 7 }, traceParent } });
      else alice.send({ id, body: { $case: "call", value: { method: METHOD, request, traceParent } } });
    }
    await gateway.settle();
    const [given, absent, unreadable] = gateway.services.calls(METHOD).map(({ context }) => context.traceParent);
    expect(given).toBe(TRACE);
    for (const begun of [absent, unreadable]) expect(begun).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(absent).not.toBe(unreadable);
  });

  test("with a trace that is no text are refused over JSON", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice", { json: true });
    alice.sendJson({ id: 9, call: { method: METHOD, traceParent: 7 } });
    await gateway.settle();
    expect(alice.texts()).toMatchObject([{ id: 9, error: { fields: { "call.traceParent": "must be a string" } } }]);
  });

  test("over JSON the request and the result are plain objects", async () => {
    const gateway = new ScriptedGateway();
    gateway.services.on(METHOD, () => GetMessageResponse.fromPartial({ message: { id: 7 } }));
    const alice = await gateway.login("alice", { json: true });
    alice.sendJson({ id: 9, call: { method: METHOD, request: { messageId: 7 } } });
    await gateway.settle();
    const [answer] = alice.texts();
    expect(answer).toMatchObject({ id: 9, result: { message: { id: 7 } } });
  });

  test("errors of the service come with the id of the call", async () => {
    const gateway = new ScriptedGateway();
    gateway.services.on(METHOD, () => { throw fail("ERR_MESSAGE_NO_ACCESS"); });
    const alice = await gateway.login("alice");
    call(alice, 3);
    await gateway.settle();
    const [frame] = alice.frames();
    expect([frame?.id, errorOf(frame)?.code]).toEqual([3, ErrorCode.ERR_MESSAGE_NO_ACCESS]);
  });

  test("unknown methods and those that users may not call are refused", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    for (const [id, method] of ["messaging.Nothing", "constructor", "", "identity.VerifyAuthToken", "presence.SignalTyping", "identity.CreateApp"].entries()) {
      call(alice, id + 1, method);
    }
    await gateway.settle();
    expect(alice.frames().map((frame) => errorOf(frame)?.code)).toEqual([
      ErrorCode.ERR_API_NOT_FOUND, ErrorCode.ERR_API_NOT_FOUND, ErrorCode.ERR_API_NOT_FOUND,
      ErrorCode.AUTH_ERR_NO_ACCESS, ErrorCode.AUTH_ERR_NO_ACCESS, ErrorCode.AUTH_ERR_NO_ACCESS,
    ]);
  });

  test("above 32 calls in flight they are refused, at 64 the socket is closed with a code to resume (Q2)", async () => {
    const gateway = new ScriptedGateway({ gatewayFramesBurst: 1_000 });
    let go!: () => void;
    const gate = new Promise<void>((resolve) => { go = resolve; });
    gateway.services.on(METHOD, async () => {
      await gate;
      return GetMessageResponse.fromPartial({});
    });
    const alice = await gateway.login("alice");
    const bob = await gateway.login("bob");
    for (let id = 1; id <= 40; id += 1) call(alice, id);
    await gateway.settle();
    const refused = alice.frames();
    expect(refused.map(({ id }) => id)).toEqual([33, 34, 35, 36, 37, 38, 39, 40]);
    expect(errorOf(refused[0])?.code).toBe(ErrorCode.ERR_TOO_MANY_REQUESTS);
    for (let id = 1; id <= 64; id += 1) call(bob, id);
    await gateway.settle();
    expect(bob.socket.closedWith?.code).toBe(CloseCode.TOO_SLOW);
    go();
    await gateway.settle();
    expect(alice.frames().filter(({ body }) => body?.$case === "result").length).toBe(32);
    expect(alice.session.callsInFlight).toBe(0);
    call(alice, 41);
    await gateway.settle();
    expect(alice.frames().map(({ id, body }) => [id, body?.$case])).toEqual([[41, "result"]]);
  });

  test("an app that has used up its calls is told when to try again, other apps and buckets are not concerned", async () => {
    const gateway = new ScriptedGateway({ gatewayOtherCallsPerMinute: 2 });
    gateway.services.on(METHOD, () => GetMessageResponse.fromPartial({}));
    const alice = await gateway.login("alice");
    for (const id of [1, 2, 3]) call(alice, id);
    await gateway.settle();
    const answers = alice.frames();
    expect(answers.filter(({ body }) => body?.$case === "result").map(({ id }) => id)).toEqual([1, 2]);
    expect(errorOf(answers.find(({ id }) => id === 3))).toMatchObject({ code: ErrorCode.ERR_TOO_MANY_REQUESTS, retryable: true, retryAfterMs: 30_000 });
  });

  test("an answer that comes after the close goes nowhere", async () => {
    const gateway = new ScriptedGateway();
    let go!: () => void;
    const gate = new Promise<void>((resolve) => { go = resolve; });
    gateway.services.on(METHOD, async () => {
      await gate;
      return GetMessageResponse.fromPartial({});
    });
    const alice = await gateway.login("alice");
    call(alice, 1);
    await gateway.settle();
    alice.leaves();
    go();
    await gateway.settle();
    expect(alice.frames()).toEqual([]);
    expect(gateway.log.unexpected).toEqual([]);
  });

  test("SubscribePresence makes the session hear of the users, UnsubscribePresence ends it", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    call(alice, 1, "presence.SubscribePresence", SubscribePresenceRequest.encode({ uids: ["BOB", "bob", "carol"] }).finish());
    await gateway.settle();
    expect([alice.frames()[0]?.body?.$case, alice.session.watched]).toEqual(["result", 2]);
    gateway.publish(gateway.record("p:u:bob", presence("bob", true), { id: "bob on" }, "live"));
    await gateway.clock.advance(2_000);
    expect(alice.events()).toEqual(["bob on"]);
    call(alice, 2, "presence.UnsubscribePresence", UnsubscribePresenceRequest.encode({ uids: ["bob", "nobody"] }).finish());
    await gateway.settle();
    alice.frames();
    gateway.publish(gateway.record("p:u:bob", presence("bob", false), {}, "live"));
    await gateway.clock.advance(2_000);
    expect([alice.events(), alice.session.watched]).toEqual([[], 1]);
  });

  test("an interest set that would grow too large is refused before the service is asked, a failed call takes nothing", async () => {
    const gateway = new ScriptedGateway({ gatewayPresenceInterestMax: 2 });
    const alice = await gateway.login("alice");
    const uids = (...names: string[]) => SubscribePresenceRequest.encode({ uids: names }).finish();
    call(alice, 1, "presence.SubscribePresence", uids("a", "b", "c"));
    await gateway.settle();
    expect(errorOf(alice.frames()[0])).toMatchObject({ code: ErrorCode.ERROR_LIMIT_EXCEEDED, params: { limit: "2" } });
    expect(gateway.services.calls("presence.SubscribePresence")).toEqual([]);
    gateway.services.on("presence.SubscribePresence", () => { throw fail("ERR_OPERATION_FAILED"); });
    call(alice, 2, "presence.SubscribePresence", uids("a"));
    await gateway.settle();
    expect([errorOf(alice.frames()[0])?.code, alice.session.watched]).toEqual([ErrorCode.ERR_OPERATION_FAILED, 0]);
    call(alice, 3, "presence.SubscribePresence", Buffer.from([0xff]));
    await gateway.settle();
    expect(errorOf(alice.frames()[0])?.code).toBe(ErrorCode.ERR_BAD_REQUEST);
  });
});
