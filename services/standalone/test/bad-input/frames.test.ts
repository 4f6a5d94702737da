// Frames that are wrong. Each is answered or closes its connection with the code of gateway/README.md; what was acknowledged
// before is kept, and a new connection works (F16 sends 100,000 more).
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeFrame, OPCODE, RawSocket, type Json } from "@parlance/platform/testing";
import { ServerFrame } from "@parlance/proto/gateway/v1/frame";
import { BinaryClient } from "../testing/binary-client.js";
import { before, toUser, type Device } from "../testing/device.js";
import { textsOf } from "../testing/history.js";
import { SkippingClock } from "../testing/skipping-clock.js";
import type { Tenant } from "../testing/tenant.js";
import { TestPlatform } from "../testing/test-platform.js";

const FRAME_BYTES_MAX = 128 * 1024;

let platform: TestPlatform;
let tenant: Tenant;

beforeEach(async () => {
  platform = await TestPlatform.start({ clock: new SkippingClock() });
  tenant = await platform.tenant();
  await tenant.users("alice", "bob");
});

afterEach(async () => {
  await platform.stopClean();
});

/** What was acknowledged before is there, and the user can connect and send. */
async function nothingLost(...texts: readonly string[]): Promise<void> {
  const device = await tenant.device("alice", "check");
  await device.send(toUser("bob"), "check");
  expect(await textsOf(device, toUser("bob"))).toEqual([...texts, "check"]);
}

async function binary(): Promise<BinaryClient> {
  const client = await BinaryClient.open({ port: platform.port });
  await client.hello(await tenant.token("alice"));
  return client;
}

/** The error a text is answered with. */
async function answerTo(device: Device, text: string): Promise<Json> {
  device.client.socket.sendText(text);
  await device.caughtUp();
  const errors = device.texts.map((each) => JSON.parse(each) as Json).filter((frame) => frame["error"] !== undefined);
  return { id: errors.at(-1)?.["id"] ?? 0, ...(errors.at(-1)?.["error"] as Json) };
}

describe("on a JSON socket", () => {
  const unreadable: readonly [title: string, text: string, id: number][] = [
    ["text that is no JSON", "hello?", 0],
    ["JSON that is no object", "[1,2]", 0],
    ["an empty message", "", 0],
    ["a frame that nests 33 levels deep", `{"id":9,"call":{"method":"identity.GetUser","request":${"{\"a\":".repeat(31)}1${"}".repeat(31)}}}`, 0],
    ["a bomb of brackets", "[".repeat(100_000), 0],
    ["a frame of no known kind", "{\"id\":9,\"strange\":{}}", 9],
    ["two kinds in one frame", "{\"id\":9,\"ping\":{},\"bye\":{}}", 9],
    ["an id that is no number", "{\"id\":\"9\",\"pingg\":{}}", 0],
    ["a call without a method", "{\"id\":9,\"call\":{}}", 9],
    ["a call whose request is no object", "{\"id\":9,\"call\":{\"method\":\"identity.GetUser\",\"request\":\"AAAA\"}}", 9],
    ["a field beside call", "{\"id\":9,\"call\":{\"method\":\"identity.GetUser\"},\"token\":\"x\"}", 9],
    ["a polluting key", "{\"id\":9,\"__proto__\":{\"call\":{}}}", 9],
  ];

  it.each(unreadable)("%s is answered with ERR_BAD_REQUEST, and the connection goes on", async (_, text, id) => {
    const alice = await tenant.device("alice");
    await alice.send(toUser("bob"), "before");
    expect(await answerTo(alice, text)).toMatchObject({ id, code: expect.stringMatching(/ERR_BAD_REQUEST$/) as unknown });
    await alice.send(toUser("bob"), "after");
    await nothingLost("before", "after");
  });

  it("eleven unreadable frames in a row close with 4209; one that can be read begins the count anew", async () => {
    const alice = await tenant.device("alice");
    await alice.send(toUser("bob"), "before");
    for (let n = 0; n < 10; n += 1) alice.client.socket.sendText("?");
    await alice.caughtUp();
    for (let n = 0; n < 11; n += 1) alice.client.socket.sendText("?");
    expect((await alice.ended).code).toBe(4209);
    await nothingLost("before");
  });

  it("a frame of 128 KB is read, a larger one closes with 1009", async () => {
    const alice = await tenant.device("alice");
    await alice.send(toUser("bob"), "before");
    const fill = (bytes: number) => {
      const [head, tail] = ["{\"id\":9,\"call\":{\"method\":\"messaging.SendMessage\",\"request\":{\"muid\":\"", "\"}}}"];
      return head + "m".repeat(bytes - head.length - tail.length) + tail;
    };
    expect((await answerTo(alice, fill(FRAME_BYTES_MAX)))["id"]).toBe(9);
    alice.client.socket.sendText(fill(FRAME_BYTES_MAX + 1));
    expect((await alice.ended).code).toBe(1009);
    await nothingLost("before");
  });

  it("a second hello closes with 4102, and a binary message with 4209", async () => {
    const [one, other] = [await tenant.device("alice", "one"), await tenant.device("alice", "other")];
    one.client.send({ hello: { token: await tenant.token("alice"), deviceId: "one" } });
    expect((await one.ended).code).toBe(4102);
    other.client.socket.sendBinary(Uint8Array.of(1, 2, 3));
    expect((await other.ended).code).toBe(4209);
    await nothingLost();
  });

  it("more frames than the rate are answered with ERR_TOO_MANY_REQUESTS and a time, a whole burst more closes with 4103", async () => {
    await platform.stop();
    platform = await TestPlatform.start({
      clock: new SkippingClock(), env: { PARLANCE_GATEWAY_FRAMES_PER_SECOND: "20", PARLANCE_GATEWAY_FRAMES_BURST: "40" },
    });
    tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const alice = await tenant.device("alice");
    const asks = (count: number) => Promise.all(Array.from({ length: count }, () => alice.client.call("presence.GetOnlineUserCount", {})));
    const answers = await asks(60);
    const refused = answers.flatMap((answer) => (answer.outcome === "fail" ? [answer.error] : []));
    expect(refused.length).toBeGreaterThan(0);
    for (const { code, retryAfterMs } of refused) expect([code, (retryAfterMs ?? 0) > 0]).toEqual(["ERR_TOO_MANY_REQUESTS", true]);
    await asks(60);
    expect((await alice.ended).code).toBe(4103);
    await nothingLost();
  });
});

describe("on a binary socket", () => {
  const garbage: readonly [title: string, bytes: Uint8Array][] = [
    ["bytes that are no protobuf", Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
    ["a length that goes past the end", Uint8Array.of(0x1a, 0x7f, 0x0a)],
    ["a group that never ends", Uint8Array.of(0x0b, 0x0b, 0x0b)],
  ];

  it.each(garbage)("%s are answered with ERR_BAD_REQUEST, and the connection goes on", async (_, bytes) => {
    const client = await binary();
    const answered = new Promise<ServerFrame>((resolve) => client.socket.onMessage((message) => resolve(ServerFrame.decode(message.bytes))));
    client.socket.sendBinary(bytes);
    const { body } = await before(answered, "an answer");
    expect(body?.$case).toBe("error");
    await nothingLost();
  });

  it("a request that is no protobuf is refused, and the connection goes on", async () => {
    const client = await binary();
    await expect(client.call("messaging.SendMessage", Uint8Array.of(0xff, 0xff))).rejects.toMatchObject({ name: "ERR_BAD_REQUEST" });
    await client.call("presence.GetOnlineUserCount", new Uint8Array(0));
    await nothingLost();
  });

  it("text closes with 4209, and an over-large frame with 1009", async () => {
    const [one, other] = [await binary(), await binary()];
    one.socket.sendText("{\"ping\":{}}");
    other.socket.sendBinary(new Uint8Array(FRAME_BYTES_MAX + 1));
    expect([(await before(one.socket.ended, "the end")).code, (await before(other.socket.ended, "the end")).code]).toEqual([4209, 1009]);
    await nothingLost();
  });
});

describe("what is no WebSocket frame", () => {
  const wrong: readonly [title: string, bytes: Uint8Array][] = [
    ["a reserved bit", encodeFrame({ opcode: OPCODE.text, payload: Buffer.from("{}"), reserved: 4, mask: Buffer.of(1, 2, 3, 4) })],
    ["an unknown opcode", encodeFrame({ opcode: 0x3, payload: Buffer.from("{}"), mask: Buffer.of(1, 2, 3, 4) })],
    ["text that is not UTF-8", encodeFrame({ opcode: OPCODE.text, payload: Buffer.of(0xc3, 0x28), mask: Buffer.of(1, 2, 3, 4) })],
    ["a length of many gigabytes", encodeFrame({ opcode: OPCODE.text, payload: Buffer.from("{}"), mask: Buffer.of(1, 2, 3, 4), claimedLength: 2 ** 40 })],
  ];

  it.each(wrong)("%s ends the connection and nothing else", async (_, bytes) => {
    const [alice, other] = [await tenant.device("alice"), await tenant.device("alice", "laptop")];
    await alice.send(toUser("bob"), "before");
    alice.client.socket.sendRaw(bytes);
    expect([1002, 1006, 1007, 1009]).toContain((await alice.ended).code);
    await other.caughtUp();
    await nothingLost("before");
  });
});

describe("before the welcome", () => {
  const firstFrames: readonly [title: string, text: string][] = [
    ["a call", "{\"id\":1,\"call\":{\"method\":\"presence.GetOnlineUserCount\"}}"],
    ["a frame that cannot be read", "hello"],
    ["a hello with an unknown field", "{\"hello\":{\"token\":\"x\",\"deviceId\":\"d\",\"admin\":true}}"],
    ["a hello whose device id is too long", `{"hello":{"token":"x","deviceId":"${"d".repeat(101)}"}}`],
    ["a hello with a grace out of range", "{\"hello\":{\"token\":\"x\",\"deviceId\":\"d\",\"backgroundGraceMs\":1}}"],
  ];

  it.each(firstFrames)("%s closes with 4208", async (_, text) => {
    const socket = await RawSocket.open({ port: platform.port });
    socket.sendText(text);
    expect((await before(socket.ended, "the end")).code).toBe(4208);
    await nothingLost();
  });

  it("a token that is empty, made up or somebody else's app's closes with 4200, and nothing is told of it", async () => {
    const other = await platform.tenant("Other");
    await other.users("alice");
    const foreign = await other.token("alice");
    const hellos = [{ token: "" }, { token: `alice_${"x".repeat(43)}` }, { token: foreign, appId: tenant.appId }];
    for (const hello of hellos) {
      const socket = await RawSocket.open({ port: platform.port });
      const texts: string[] = [];
      socket.onMessage(({ bytes }) => texts.push(bytes.toString()));
      socket.sendText(JSON.stringify({ hello: { deviceId: "d", ...hello } }));
      expect((await before(socket.ended, "the end")).code).toBe(4200);
      expect(texts.join("")).not.toMatch(/welcome|stack|\.js|sqlite/i);
    }
    await nothingLost();
  });

  it("a token bound to another device is refused", async () => {
    const { authToken } = await platform.identity.createAuthToken({
      uid: "alice", deviceId: "phone", platform: "", appInfoJson: "", userAgent: "", expiresInSeconds: 0,
    }, platform.server(tenant.appId));
    const token = authToken!.value;
    await tenant.device("alice", "phone", { hello: { token } });
    await expect(tenant.device("alice", "stolen", { hello: { token } })).rejects.toThrow(/closed with 4200/);
  });
});
