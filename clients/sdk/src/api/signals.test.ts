import { expect, it } from "vitest";
import { Event } from "@parlance/proto/event/v1/event";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { bob } from "../testing/fake-messaging.js";
import { connected, recorder } from "../testing/place.js";

const code = (expected: string) => expect.objectContaining({ code: expected });

const typing = (ended = false) => Event.fromPartial({
  body: { $case: "typing", value: { sender: { id: "bob" }, receiverType: ReceiverType.USER, receiverId: "alice", ended } },
});

it("ends an indicator when a message of the sender comes, and when its end was lost", async () => {
  const { parlance, gateway, messaging, clock } = await connected();
  const { heard, listener } = recorder((name) => name);
  parlance.addMessageListener("test", listener);
  gateway.socket.event(typing());
  gateway.socket.event(messaging.append(bob, "bob"));
  gateway.socket.event(typing());
  await clock.advance(10_000);
  gateway.socket.event(typing(), typing(true));
  await clock.advance(60_000);
  expect(heard).toEqual([
    "onTypingStarted", "onTypingEnded", "onTextMessageReceived", "onTypingStarted", "onTypingEnded", "onTypingStarted", "onTypingEnded",
  ]);
});

it("sends a start at most every 3 s, and ends and transient messages as they come", async () => {
  const { parlance, gateway, clock } = await connected();
  const indicator = new parlance.TypingIndicator("bob", "user");
  parlance.startTyping(indicator);
  parlance.startTyping(indicator);
  await clock.advance(3_000);
  parlance.startTyping(indicator);
  parlance.endTyping(indicator);
  parlance.sendTransientMessage(new parlance.TransientMessage("bob", "user", { wave: true }));
  expect(gateway.socket.cases().filter((what) => what !== "call")).toEqual(["hello", "typing", "typing", "typing", "transient"]);
  expect(() => parlance.sendTransientMessage(new parlance.TransientMessage("bob", "user", { a: "x".repeat(5_000) })))
    .toThrow(code("ERR_INVALID_MESSAGE_DATA"));
});
