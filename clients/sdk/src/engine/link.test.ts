import { expect, it } from "vitest";
import { Hello } from "@parlance/proto/gateway/v1/frame";
import { FakeGateway } from "../testing/fake-gateway.js";
import { ManualClock, rejection, settle } from "../testing/manual-clock.js";
import { Link } from "./link.js";

const nothing = new Uint8Array();

async function linked(mode: FakeGateway["mode"] = "welcome") {
  const clock = new ManualClock();
  const gateway = new FakeGateway();
  gateway.mode = mode;
  const heard: string[] = [];
  const link = new Link({ clock, openSocket: gateway.openSocket, url: "", hello: Hello.fromPartial({ token: "t" }) }, {
    onWelcome: ({ uid }) => heard.push(`welcome ${uid}`),
    onEvents: (events) => heard.push(`events ${events.length}`),
    onResync: () => heard.push("resync"),
    onEnd: ({ code, retryAfterMs, error }) => heard.push(`end ${code} ${retryAfterMs} ${error?.code ?? ""}`),
  });
  await settle();
  return { clock, gateway, heard, link };
}

it("says hello first and is ready with welcome", async () => {
  const { gateway, heard, link } = await linked();
  expect(gateway.socket.frames[0]?.body).toMatchObject({ $case: "hello", value: { token: "t" } });
  expect([heard, link.isReady]).toEqual([["welcome alice"], true]);
});

it("ends when no welcome comes", async () => {
  const { clock, heard, link } = await linked("hold");
  await expect(link.call("a.B", nothing, 10)).rejects.toMatchObject({ code: "NO_WEBSOCKET_CONNECTION" });
  await clock.advance(15_000);
  expect(heard).toEqual(["end 1006 0 "]);
});

it("answers each call by its id, whatever the order, and errors as exceptions", async () => {
  const { gateway, link } = await linked();
  const answers = new Map<string, (bytes: Uint8Array) => void>();
  gateway.onCall = (method) => (method === "x.Bad"
    ? { error: "ERR_UID_NOT_FOUND" as const }
    : new Promise((resolve) => answers.set(method, resolve)));
  const first = link.call("x.First", nothing, 1_000);
  const second = link.call("x.Second", nothing, 1_000);
  await settle();
  answers.get("x.Second")?.(new Uint8Array([2]));
  answers.get("x.First")?.(new Uint8Array([1]));
  expect([...await first, ...await second]).toEqual([1, 2]);
  await expect(link.call("x.Bad", nothing, 1_000)).rejects.toMatchObject({ code: "ERR_UID_NOT_FOUND" });
});

it("rejects a call without answer in time, and all calls when the connection is lost", async () => {
  const { clock, gateway, heard, link } = await linked();
  const late = rejection(link.call("x.Y", nothing, 1_000));
  await clock.advance(1_000);
  expect(await late).toMatchObject({ code: "ERR_MISSION_FAILED", retryable: true });
  const lost = rejection(link.call("x.Y", nothing, 1_000));
  gateway.socket.end(1006);
  expect(await lost).toMatchObject({ code: "NO_WEBSOCKET_CONNECTION", retryable: true });
  expect([heard.at(-1), clock.pendingTimers]).toEqual(["end 1006 0 ", 0]);
});

it("asks after 30 s of silence whether anyone is there, and is lost after 10 s without answer", async () => {
  const { clock, gateway, heard } = await linked();
  await clock.advance(29_999);
  expect(gateway.socket.cases()).toEqual(["hello"]);
  await clock.advance(1);
  expect(gateway.socket.cases()).toEqual(["hello", "ping"]);
  await clock.advance(29_000);
  expect(gateway.socket.cases()).toEqual(["hello", "ping"]);
  gateway.socket.silent = true;
  await clock.advance(1_000 + 9_999);
  expect(heard).toEqual(["welcome alice"]);
  await clock.advance(1);
  expect([heard.at(-1), gateway.socket.isOpen]).toEqual(["end 1006 0 ", false]);
});

it("asks all the same every 30 s how far everything has come, when the gateway knows", async () => {
  const { clock, gateway, link } = await linked("hold");
  gateway.socket.say({ body: { $case: "welcome", value: { place: "p1" } } });
  for (let turn = 0; turn < 9; turn += 1) {
    await clock.advance(10_000);
    gateway.socket.event();
  }
  expect(gateway.socket.cases()).toEqual(["hello", "ping", "ping", "ping"]);
  expect(link.place).toBe("p1");
});

it("knows the last place told, until the outcome of a call stays unknown", async () => {
  const { clock, gateway, link } = await linked();
  expect([link.place, link.wasReady]).toEqual([undefined, true]);
  gateway.socket.say({ body: { $case: "pong", value: { place: "p1" } } });
  gateway.socket.say({ body: { $case: "pong", value: {} } });
  gateway.onCall = () => ({ error: "ERR_UID_NOT_FOUND" });
  await rejection(link.call("x.Y", nothing, 1_000));
  expect(link.place).toBe("p1");
  gateway.onCall = () => "hold";
  const late = rejection(link.call("x.Y", nothing, 1_000));
  await clock.advance(1_000);
  expect([await late, link.place]).toMatchObject([{ code: "ERR_MISSION_FAILED" }, undefined]);
});

it("has no place when a call had no answer as it ended, or one that says that nobody knows", async () => {
  for (const answer of ["hold", { error: "ERR_MISSION_FAILED" }] as const) {
    const { gateway, link } = await linked();
    gateway.socket.say({ body: { $case: "pong", value: { place: "p1" } } });
    gateway.onCall = () => answer;
    const call = rejection(link.call("x.Y", nothing, 1_000));
    await settle();
    gateway.socket.goodbye(4000);
    await call;
    expect(link.place).toBeUndefined();
  }
});

it("takes the place of a goodbye, and tells when it is asked to compare", async () => {
  const { gateway, heard, link } = await linked();
  gateway.socket.say({ body: { $case: "resync", value: {} } });
  gateway.socket.say({ body: { $case: "goodbye", value: { code: 4000, place: "p9" } } });
  gateway.socket.end(4000);
  expect([link.place, heard]).toEqual(["p9", ["welcome alice", "resync", "end 4000 0 "]]);
});

it("compares, and has no place any more, when a frame cannot be read; one before welcome says nothing", async () => {
  const { gateway, heard, link } = await linked();
  gateway.socket.say({ body: { $case: "pong", value: { place: "p1" } } });
  gateway.socket.sayRaw(Uint8Array.of(0x2a, 0xff));
  expect([heard, link.place, link.wasReady]).toEqual([["welcome alice", "resync"], undefined, true]);
  const early = await linked("hold");
  early.gateway.socket.sayRaw(Uint8Array.of(0xff));
  expect(early.heard).toEqual([]);
});

it("does not ask while it hears something", async () => {
  const { clock, gateway } = await linked();
  for (let turn = 0; turn < 10; turn += 1) {
    await clock.advance(20_000);
    gateway.socket.say({ body: { $case: "pong", value: {} } });
  }
  expect(gateway.socket.cases()).toEqual(["hello"]);
});

it("ends with what goodbye said, and with the server's own error when the hello was refused", async () => {
  const { gateway, heard } = await linked();
  gateway.socket.say({ body: { $case: "goodbye", value: { code: 4000, reason: "draining", retryAfterMs: 700 } } });
  gateway.socket.end(1006);
  expect(heard.at(-1)).toBe("end 4000 700 ");
  const refused = await linked("hold");
  refused.gateway.socket.say({ id: 0, body: { $case: "error", value: { code: 7, message: "", fields: {}, params: {}, retryable: false, retryAfterMs: 0 } } });
  refused.gateway.socket.goodbye(4201);
  expect(refused.heard).toEqual(["end 4201 0 AUTH_ERR_AUTH_TOKEN_EXPIRED"]);
});

it("says bye before it closes, and hears nothing after that", async () => {
  const { clock, gateway, heard, link } = await linked();
  const { socket } = gateway;
  link.close(true);
  expect([socket.cases(), socket.closedWith, heard, clock.pendingTimers]).toEqual([["hello", "bye"], 1000, ["welcome alice"], 0]);
});
