import { ManualClock } from "@parlance/platform/time";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import { describe, expect, test } from "vitest";
import { groupDeleted, memberRow, messageRow, typing } from "../testing/bodies.js";
import { ScriptedGateway } from "../testing/scripted-gateway.js";
import { ScriptedLog } from "../testing/scripted-log.js";
import { ScriptedServices } from "../testing/scripted-services.js";
import { ScriptedSocket } from "../testing/scripted-socket.js";
import { ResumeMemory } from "./resume-memory.js";

const PARTITIONS = 4;
const resumeKey = Buffer.alloc(32, 7);

/** Two gateways of one cluster, alice and her groups at the first. */
async function cluster(config = {}) {
  const clock = new ManualClock();
  const services = new ScriptedServices();
  const log = new ScriptedLog(PARTITIONS);
  services.groupsOf.set("alice", ["g1"]);
  const shared = { clock, services, eventLog: log.followed, logId: "log", resumeKey };
  const gateways = [new ScriptedGateway(config, shared), new ScriptedGateway(config, shared)] as const;
  const [one, other] = gateways;
  const publish = (channel: string, body = messageRow("hi")) => log.append(one.record(channel, body));
  const handAll = async () => {
    for (const nth of [0, 1]) log.handAll(nth);
    await one.settle();
  };
  publish("u:alice");
  await handAll();
  await clock.advance(11_000);
  const alice = one.connect();
  alice.hello({ token: "alice-token" });
  await one.settle();
  const welcome = alice.frames()[0]?.body;
  if (welcome?.$case !== "welcome") throw new Error("not welcomed");
  const { resumeToken, place } = welcome.value;
  /** What alice hears first when she comes to a gateway. */
  const back = async (hello = {}, to: ScriptedGateway = other) => {
    const client = to.connect();
    client.hello({ token: "alice-token", resumeToken, place: place ?? "", ...hello });
    await to.settle();
    const frame = client.frames()[0]?.body;
    return frame?.$case === "welcome" ? frame.value.resumed : frame?.$case;
  };
  const verdicts = async (to = other) => (await to.metrics.text()).match(/verdict="[^"]+"/g)?.map((text) => text.slice(9, -1));
  return { clock, services, log, one, other, alice, publish, handAll, back, verdicts, place: place ?? "" };
}

describe("a client that comes back", () => {
  test("to another gateway hears that it has missed nothing when only others had events (R8)", async () => {
    const { publish, handAll, back, verdicts, clock } = await cluster();
    publish("u:bob");
    publish("g:g2");
    await handAll();
    await clock.advance(500_000);
    expect(await back()).toBe(true);
    expect(await verdicts()).toEqual(["nothing missed"]);
  });

  test("has missed nothing when others only typed: nobody is promised that", async () => {
    const { one, log, handAll, back } = await cluster();
    log.append(one.record("g:g1", typing("bob", "g1"), {}, "live"));
    await handAll();
    expect(await back()).toBe(true);
  });

  test("must sync when its inbox or one of its groups had something, wherever that is on its way", async () => {
    for (const channel of ["u:alice", "g:g1"]) {
      const { publish, handAll, back } = await cluster();
      publish(channel);
      await handAll();
      expect(await back()).toBe(false);
    }
  });

  test("has missed nothing when what happened has not come here yet: it comes live", async () => {
    const { one, other, log, publish, back } = await cluster();
    publish("u:alice");
    expect(await back()).toBe(true);
    log.handAll(1);
    await one.settle();
    const [session] = [...other.wired.sessions.all()];
    const socket = session?.socket;
    expect(socket instanceof ScriptedSocket && socket.sent.length).toBe(2);
  });

  test("with the place of a pong or of a goodbye has what came before it", async () => {
    const { one, other, alice, publish, handAll, back, clock } = await cluster();
    publish("u:alice");
    await handAll();
    alice.send({ id: 2, body: { $case: "ping", value: {} } });
    await one.settle();
    const pong = alice.frames().at(-1)?.body;
    expect(await back({ place: pong?.$case === "pong" ? pong.value.place : "" })).toBe(true);
    publish("g:g1");
    await handAll();
    one.wired.parts.closer.close(alice.session, 4000, "draining");
    const goodbye = alice.frames().at(-1)?.body;
    await clock.advance(10);
    expect(await back({ place: goodbye?.$case === "goodbye" ? goodbye.value.place : "" }, other)).toBe(true);
  });

  test("in the middle of a tick is told no place beyond what it was sent", async () => {
    const { one, log, alice, publish, back } = await cluster();
    publish("u:alice");
    log.handAll(0);
    alice.send({ id: 2, body: { $case: "ping", value: {} } });
    await one.settle();
    log.handAll(1);
    const pong = alice.frames().map(({ body }) => body).find((body) => body?.$case === "pong");
    expect(await back({ place: pong?.$case === "pong" ? pong.value.place : "" })).toBe(false);
  });

  test("must sync when it joined or left a group, or a group of its is gone, though nothing of that has come yet", async () => {
    for (const guids of [["g1", "g2"], [], ["g2"]]) {
      const { services, back, verdicts } = await cluster();
      services.groupsOf.set("alice", guids);
      expect(await back()).toBe(false);
      expect(await verdicts()).toEqual(["other groups"]);
    }
  });

  test("must sync when a group was deleted or its membership changed back and forth", async () => {
    for (const body of [groupDeleted("bob"), memberRow(GroupActionKind.KICKED, "alice")]) {
      const { publish, handAll, back } = await cluster();
      publish("g:g1", body);
      await handAll();
      expect(await back()).toBe(false);
    }
  });

  test("with a token that is none, or of somebody else, or without one, must sync", async () => {
    const { back, verdicts } = await cluster();
    expect(await back({ resumeToken: "forged" })).toBe(false);
    expect(await back({ token: "bob-token" })).toBe(false);
    expect(await verdicts()).toEqual(["no token"]);
    expect(await back({ resumeToken: "" })).toBe(false);
    expect(await verdicts()).toEqual(["no token"]);
  });

  test("without a place, or with one that nobody can read, must sync", async () => {
    const { back, verdicts, place } = await cluster();
    const cut = place.slice(0, place.lastIndexOf("-"));
    for (const bad of ["", "v1", `${place}.x`, place.replace("v1", "v2"), `${place}-`, `${place}-%`, `${cut}-${"z".repeat(12)}`]) {
      expect(await back({ place: bad })).toBe(false);
    }
    expect(await verdicts()).toEqual(["no place", "unreadable place"]);
    expect(await back({ place: cut })).toBe(false);
    expect(await verdicts()).toEqual(["no place", "unreadable place", "forgotten"]);
  });

  test("from another event log must sync", async () => {
    const { back, place, verdicts } = await cluster();
    const [version, , ...rest] = place.split(".");
    expect(await back({ place: [version, "other", ...rest].join(".") })).toBe(false);
    expect(await verdicts()).toEqual(["another log"]);
  });

  test("after longer than the memory reaches must sync", async () => {
    const { clock, publish, handAll, back, verdicts } = await cluster();
    for (let minute = 0; minute < 14; minute += 1) {
      for (let user = 0; user < 8; user += 1) publish(`u:user${user}`);
      await handAll();
      await clock.advance(61_000);
    }
    expect(await back()).toBe(false);
    expect(await verdicts()).toEqual(["forgotten"]);
  });

  test("must sync when the memory was too small for what happened", async () => {
    const { publish, handAll, back, verdicts, other } = await cluster({ gatewayResumeEntriesMax: 100 });
    for (let user = 0; user < 400; user += 1) {
      publish(`u:user${user}`);
      await handAll();
    }
    expect(other.wired.parts.memory.entries).toBeLessThanOrEqual(100);
    expect(await back()).toBe(false);
    expect(await verdicts()).toEqual(["forgotten"]);
  });

  test("to a gateway that is behind the former one must sync", async () => {
    const { one, alice, publish, log, back, verdicts } = await cluster();
    publish("u:bob");
    log.handAll(0);
    alice.send({ id: 2, body: { $case: "ping", value: {} } });
    await one.settle();
    const pong = alice.frames().at(-1)?.body;
    expect(await back({ place: pong?.$case === "pong" ? pong.value.place : "" })).toBe(false);
    expect(await verdicts()).toEqual(["ahead"]);
  });

  test("to a gateway that was started after the place was told, or whose clock is another one, must sync", async () => {
    const { clock, services, log, back, place, verdicts, other } = await cluster();
    const late = new ScriptedGateway({}, { clock, services, eventLog: log.followed, logId: "log", resumeKey });
    expect(await back({}, late)).toBe(false);
    expect(await verdicts(late)).toEqual(["told before"]);
    const [version, logId, at = "", ...rest] = place.split(".");
    const future = (Number.parseInt(at, 36) + 10_001).toString(36);
    expect(await back({ place: [version, logId, future, ...rest].join(".") })).toBe(false);
    expect(await verdicts(other)).toEqual(["told later"]);
  });

  test("to a gateway that lost its place must sync, until clients have places from after that", async () => {
    const { clock, log, back, verdicts, other, alice } = await cluster();
    log.lose(1);
    expect(await back()).toBe(false);
    expect(await verdicts()).toEqual(["told before"]);
    await clock.advance(45_000);
    alice.send({ id: 9, body: { $case: "ping", value: {} } });
    await other.settle();
    const pong = alice.frames().at(-1)?.body;
    expect(await back({ place: pong?.$case === "pong" ? pong.value.place : "" })).toBe(true);
  });

  test("from a socket that lost frames, or a gateway that lost its place, has no place to come with", async () => {
    const { one, alice, log } = await cluster();
    const pinged = async () => {
      alice.send({ id: 9, body: { $case: "ping", value: {} } });
      await one.settle();
      const pong = alice.frames().map(({ body }) => body).find((body) => body?.$case === "pong");
      return pong?.$case === "pong" ? pong.value.place : "none";
    };
    expect(await pinged()).toMatch(/^v1\./);
    log.lose(0);
    await one.clock.advance(0);
    one.connect();
    log.lose(0);
    expect(one.wired.parts.places.of(alice.session)).toBeUndefined();
    await one.clock.advance(31_000);
    expect(await pinged()).toMatch(/^v1\./);
    alice.session.hasLostFrames = true;
    expect(await pinged()).toBeUndefined();
  });

  test("to another process must sync when their log gives no places, whatever it is called", async () => {
    const gateways = [1, 2].map((seed) => new ScriptedGateway({}, { logId: "log", resumeKey, seed }));
    const [one, other] = gateways as [ScriptedGateway, ScriptedGateway];
    for (const gateway of gateways) gateway.publish(gateway.record("u:bob", messageRow("hi")));
    for (const { clock } of gateways) await clock.advance(11_000);
    const alice = await one.login("alice");
    const place = one.wired.parts.places.of(alice.session) ?? "";
    const resumeToken = one.wired.parts.resume.issue({ app: "one", uid: "alice", tokenId: "alice-handle", epoch: "epoch" });
    const back = other.connect();
    back.hello({ token: "alice-token", resumeToken, place });
    await other.settle();
    expect(back.frames()[0]?.body).toMatchObject({ $case: "welcome", value: { resumed: false } });
    expect(await other.metrics.text()).toContain('verdict="another log"');
  });

  test("to the same process without a log of places is answered as well", async () => {
    const gateway = new ScriptedGateway();
    gateway.publish(gateway.record("u:bob", messageRow("hi")));
    await gateway.clock.advance(11_000);
    const alice = gateway.connect();
    alice.hello({ token: "alice-token" });
    await gateway.settle();
    const body = alice.frames()[0]?.body;
    const { resumeToken = "", place = "" } = body?.$case === "welcome" ? body.value : {};
    const back = async () => {
      const client = gateway.connect();
      client.hello({ token: "alice-token", resumeToken, place });
      await gateway.settle();
      const welcome = client.frames()[0]?.body;
      return welcome?.$case === "welcome" && welcome.value.resumed;
    };
    gateway.publish(gateway.record("u:bob", messageRow("hi")));
    expect(await back()).toBe(true);
    gateway.publish(gateway.record("u:alice", messageRow("hi")));
    expect(await back()).toBe(false);
  });
});

test("the memory keeps within its bytes, whatever comes", () => {
  const memory = new ResumeMemory({ clock: new ManualClock(), feed: { logId: "log" }, entriesMax: 1_000_000, bytesMax: 64 * 1024 });
  memory.batchEnded([0]);
  for (let offset = 1; offset <= 10_000; offset += 1) {
    memory.note({ topic: "events", key: `one/u:${"x".repeat(offset % 90)}${offset}`, value: new Uint8Array(), headers: { id: "", kind: "row" }, partition: 0, offset });
    memory.batchEnded([offset]);
    expect(memory.bytes).toBeLessThanOrEqual(64 * 1024);
  }
  expect(memory.entries).toBeGreaterThan(100);
});
