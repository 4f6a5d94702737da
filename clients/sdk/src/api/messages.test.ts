import { expect, it } from "vitest";
import { Category } from "@parlance/proto/messaging/v1/message";
import type { SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import type { BaseMessage } from "../model/message.js";
import { bob } from "../testing/fake-messaging.js";
import { connected, place, recorder, settings } from "../testing/place.js";

const code = (expected: string) => expect.objectContaining({ code: expected });

it("sends and resolves with the stored message, without a callback on this device", async () => {
  const { parlance, messaging, gateway } = await connected();
  const { heard, listener } = recorder((name) => name);
  parlance.addMessageListener("test", listener);
  const message = new parlance.TextMessage("bob", "hi", "user").setMetadata({ a: 1 });
  const sent = await parlance.sendMessage(message);
  expect(sent).toMatchObject({ text: "hi", seq: 1, receiverId: "bob", category: "message", sender: { uid: "alice" } });
  expect(messaging.of<SendMessageRequest>("messaging.SendMessage")[0]).toMatchObject({ muid: message.muid, resend: false, metadataJson: '{"a":1}' });
  expect([heard, gateway.calls]).toEqual([[], ["messaging.Sync", "messaging.SendMessage"]]);
});

it("checks locally what needs no server", async () => {
  const { parlance } = await connected();
  const { TextMessage, CustomMessage } = parlance;
  await expect(parlance.sendMessage(new TextMessage("", "hi", "user"))).rejects.toEqual(code("ERR_EMPTY_RECEIVER"));
  await expect(parlance.sendMessage(new TextMessage("bob", "  ", "user"))).rejects.toEqual(code("ERR_EMPTY_MESSAGE_TEXT"));
  await expect(parlance.sendMessage(new TextMessage("bob", "hi", "pair" as never))).rejects.toEqual(code("ERR_INVALID_RECEIVER_TYPE"));
  await expect(parlance.sendCustomMessage(new CustomMessage("bob", "user", "x", { a: "b".repeat(20_000) }))).rejects.toEqual(code("ERR_INVALID_MESSAGE_DATA"));
});

it("sends over HTTP while there is no socket", async () => {
  const { parlance, gateway, https, messaging } = place();
  await parlance.init("app001", settings().autoEstablishSocketConnection(false).build());
  await parlance.login("alice_token");
  await parlance.sendMessage(new parlance.TextMessage("bob", "hi", "user"));
  expect([gateway.sockets.length, messaging.head(bob), https.at(-1)?.url]).toEqual([0, 1, "http://localhost:1/v1/call/messaging.SendMessage"]);
  await expect(parlance.markConversationAsRead("bob", "user")).rejects.toEqual(code("NO_WEBSOCKET_CONNECTION"));
  expect(() => parlance.startTyping(new parlance.TypingIndicator("bob", "user"))).toThrow(code("NO_WEBSOCKET_CONNECTION"));
  await expect(parlance.ping()).rejects.toEqual(code("NO_WEBSOCKET_CONNECTION"));
});

it("tells each kind by its callback", async () => {
  const { parlance, gateway, messaging } = await connected();
  const { heard, listener } = recorder((name, [message]) => `${name}:${(message as BaseMessage).type}`);
  parlance.addMessageListener("test", listener);
  gateway.socket.event(
    messaging.append(bob, "bob"),
    messaging.append(bob, "bob", { type: "image", body: { $case: "media", value: { attachments: [{ url: "https://x/y.png" }] } } }),
    messaging.append(bob, "bob", { category: Category.CUSTOM, type: "poll", body: { $case: "custom", value: { customDataJson: '{"q":1}' } } }),
    messaging.append(bob, "bob", { category: Category.INTERACTIVE, type: "form", body: { $case: "interactive", value: { interactiveDataJson: "{}" } } }),
  );
  expect(heard).toEqual([
    "onTextMessageReceived:text", "onMediaMessageReceived:image", "onCustomMessageReceived:poll", "onInteractiveMessageReceived:form",
  ]);
});

it("goes on when a listener throws, and replaces a listener of the same id", async () => {
  const { parlance, gateway, messaging, settle } = await connected();
  const thrown: unknown[] = [];
  const before = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.once("uncaughtException", (error) => thrown.push(error));
  const heard: number[] = [];
  parlance.addMessageListener("bad", { onTextMessageReceived: () => heard.push(-1) });
  parlance.addMessageListener("bad", {
    onTextMessageReceived: () => {
      throw new Error("of the app");
    },
  });
  parlance.addMessageListener("good", { onTextMessageReceived: ({ seq = 0 }) => heard.push(seq) });
  gateway.socket.event(messaging.append(bob, "bob"));
  await settle();
  for (const listener of before) process.on("uncaughtException", listener);
  expect([heard, thrown]).toEqual([[1], [new Error("of the app")]]);
});
