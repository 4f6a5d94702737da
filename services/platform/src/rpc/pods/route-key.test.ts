import { DeliverRequest } from "@parlance/proto/event/v1/rpc";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import fc from "fast-check";
import { expect, test } from "vitest";
import { appId, uid } from "../../ids/index.js";
import { contractTable, methodContract } from "../contract.js";
import type { Caller, OutgoingContext } from "../context.js";
import { aliceContext } from "../sample-service.js";
import { asUser } from "./testing/pod-bench.js";
import { hashOfAddress, mixed, routeKeyOf } from "./route-key.js";

const keyOf = (method: string) => routeKeyOf(contractTable, methodContract(contractTable, method))!;
const sendKey = keyOf("messaging.SendMessage");
const deliverKey = keyOf("event.Deliver");

type Fields = Parameters<typeof SendMessageRequest.fromPartial>[0];
const send = (fields: Fields) => SendMessageRequest.encode(SendMessageRequest.fromPartial(fields)).finish();
const toUser = (receiverId: string, more: Fields = {}) => send({ receiverType: ReceiverType.USER, receiverId, ...more });
const toGroup = (receiverId: string) => send({ receiverType: ReceiverType.GROUP, receiverId });

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,100}$/);

test("both users of a pair have one key, in any case and whatever else they say", () => {
  fc.assert(fc.property(id, id, fc.string(), (one, other, text) => {
    const said = toUser(other.toUpperCase(), { muid: text, tags: [text], parentMessageId: 7, body: { $case: "text", value: { text } } });
    expect(sendKey(said, asUser(one))).toBe(sendKey(toUser(one), asUser(other)));
  }));
});

test("a group has one key, whoever sends and for whatever it is named", () => {
  fc.assert(fc.property(id, id, id, (guid, one, other) => {
    const key = sendKey(toGroup(guid), asUser(one));
    expect(sendKey(toGroup(guid.toLowerCase()), asUser(other))).toBe(key);
    const events = [Uint8Array.of(1, 2, 3)];
    expect(deliverKey(DeliverRequest.encode({ guid, events }).finish(), asUser(other))).toBe(key);
  }));
});

test("the one who acts is the user, the user a key stands in for, or the system", () => {
  const keyAs = (caller: Caller) => sendKey(toUser("bob"), { ...aliceContext, caller });
  const alice = sendKey(toUser("bob"), asUser("alice"));
  expect(keyAs({ kind: "apiKey", scope: "fullAccess", keyId: "k", onBehalfOf: uid("alice") })).toBe(alice);
  expect(keyAs({ kind: "internal", peer: "gateway", onBehalfOf: uid("alice") })).toBe(alice);
  expect(keyAs({ kind: "apiKey", scope: "fullAccess", keyId: "k" })).toBe(sendKey(toUser("bob"), asUser("app_system")));
});

test("apps, pairs and groups of the same names have keys of their own", () => {
  const other: OutgoingContext = { ...asUser("alice"), app: appId("bank") };
  const keys = [
    sendKey(toUser("bob"), asUser("alice")), sendKey(toUser("bob"), other), sendKey(toGroup("bob"), asUser("alice")),
    sendKey(toUser("carol"), asUser("alice")), sendKey(toUser("bob"), asUser("carol")),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test("a request that names nothing, or is none, goes to any pod", () => {
  expect(sendKey(send({}), asUser("alice"))).toBeUndefined();
  expect(deliverKey(new Uint8Array(0), asUser("alice"))).toBeUndefined();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    expect(["number", "undefined"]).toContain(typeof sendKey(bytes, asUser("alice")));
  }));
  const whole = toUser("bob", { body: { $case: "text", value: { text: "hi" } } });
  expect(sendKey(whole.subarray(0, whole.length - 1), asUser("alice"))).toBeUndefined();
});

test("the last value of a field that comes twice counts", () => {
  const twice = Buffer.concat([toUser("bob"), toUser("carol")]);
  expect(sendKey(twice, asUser("alice"))).toBe(sendKey(toUser("carol"), asUser("alice")));
});

test("keys spread evenly over pods whose addresses are alike", () => {
  const pods = ["127.0.0.1:7001", "127.0.0.1:7002", "127.0.0.1:7003"].map(hashOfAddress);
  const counts = pods.map(() => 0);
  for (let at = 0; at < 9_000; at += 1) {
    const key = sendKey(toUser(`user-${at}`), asUser("alice"))!;
    const scores = pods.map((pod) => mixed(key ^ pod));
    counts[scores.indexOf(Math.max(...scores))]! += 1;
  }
  for (const count of counts) expect(Math.abs(count - 3_000)).toBeLessThan(300);
});
