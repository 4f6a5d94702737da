import { CloseCode, ServerFrame } from "@parlance/proto/gateway/v1/frame";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import { describe, expect, test } from "vitest";
import { groupCreated, groupDeleted, memberRow, messageRow, sessionEnded, typing } from "../testing/bodies.js";
import { ScriptedGateway, type ScriptedClient } from "../testing/scripted-gateway.js";

async function groupOf(gateway: ScriptedGateway, ...uids: readonly string[]): Promise<ScriptedClient[]> {
  const clients = [];
  for (const uid of uids) {
    gateway.services.groupsOf.set(uid, ["g1"]);
    clients.push(await gateway.login(uid));
  }
  return clients;
}

function isResync(bytes: Uint8Array): boolean {
  try {
    return ServerFrame.decode(bytes).body?.$case === "resync";
  } catch {
    return false;
  }
}

describe("fan-out", () => {
  test("an event reaches exactly those who listen to its channel, in its app", async () => {
    const gateway = new ScriptedGateway();
    const [alice, bob] = await groupOf(gateway, "alice", "bob");
    const carol = await gateway.login("carol");
    gateway.publish(
      gateway.record("g:g1", messageRow("to all"), { id: "group" }), gateway.record("u:alice", messageRow("to one"), { id: "inbox" }),
      gateway.record("g:g1", messageRow("foreign"), { id: "foreign" }, "events", "two"), gateway.record("s:group:g1", messageRow("x"), { id: "service" }),
    );
    await gateway.settle();
    expect([alice?.events(), bob?.events(), carol.events()]).toEqual([["group", "inbox"], ["group"], []]);
  });

  test("the events of one channel in one tick are one frame, in order, and its bytes are those of the record", async () => {
    const gateway = new ScriptedGateway();
    const [alice] = await groupOf(gateway, "alice");
    const records = ["a", "b", "c"].map((id, at) => gateway.record("g:g1", messageRow(id, at), { id }));
    gateway.publish(...records);
    await gateway.settle();
    const [sent, ...more] = alice!.socket.sent.slice(1);
    expect(more).toEqual([]);
    for (const { value } of records) expect(Buffer.from(sent!.bytes).includes(Buffer.from(value))).toBe(true);
    expect(alice?.events()).toEqual(["a", "b", "c"]);
  });

  test("JSON sockets get the same events as proto3 JSON", async () => {
    const gateway = new ScriptedGateway();
    gateway.services.groupsOf.set("alice", ["g1"]);
    const alice = await gateway.login("alice", { json: true });
    gateway.publish(gateway.record("g:g1", messageRow("hello"), { id: "one" }));
    await gateway.settle();
    gateway.publish(gateway.record("g:g1", messageRow("x", 2), { id: "two" }), gateway.record("g:g1", messageRow("y", 3), { id: "three" }));
    await gateway.settle();
    expect(alice.texts()).toMatchObject([
      { event: { id: "one", channel: "g:g1", row: { seq: 1, receiverType: "RECEIVER_TYPE_GROUP", message: { text: { text: "hello" } } } } },
      { events: { events: [{ id: "two" }, { id: "three" }] } },
    ]);
  });

  test("the connection that caused an event does not get it, the user's other connections do", async () => {
    const gateway = new ScriptedGateway();
    const [phone, bob] = await groupOf(gateway, "alice", "bob");
    const laptop = await gateway.login("alice");
    gateway.publish(
      gateway.record("g:g1", messageRow("mine", 1), { id: "mine", origin: phone!.session.id }),
      gateway.record("g:g1", messageRow("his", 2), { id: "his", origin: bob!.session.id }),
      gateway.record("g:g1", messageRow("other", 3), { id: "other", origin: "a session elsewhere" }),
    );
    await gateway.settle();
    expect(phone?.events()).toEqual(["his", "other"]);
    expect(bob?.events()).toEqual(["mine", "other"]);
    expect(laptop.events()).toEqual(["mine", "his", "other"]);
  });

  test("an event except for a user passes all sockets of that user by", async () => {
    const gateway = new ScriptedGateway();
    const [alice, bob] = await groupOf(gateway, "alice", "bob");
    gateway.publish(gateway.record("g:g1", memberRow(GroupActionKind.SCOPE_CHANGED, "alice"), { id: "scope", except: "alice" }));
    await gateway.settle();
    expect([alice?.events(), bob?.events()]).toEqual([[], ["scope"]]);
  });

  test.each([
    ["is kicked", GroupActionKind.KICKED], ["leaves", GroupActionKind.LEFT],
  ])("who %s gets everything before the cut and nothing after it, in the same tick too (P14)", async (_, kind) => {
    const gateway = new ScriptedGateway();
    const [alice, bob] = await groupOf(gateway, "alice", "bob");
    gateway.publish(
      gateway.record("g:g1", messageRow("before", 1), { id: "before" }),
      gateway.record("g:g1", memberRow(kind, "alice", 2), { id: "cut", except: "alice" }),
      gateway.record("u:alice", memberRow(kind, "alice", 2), { id: "told" }),
      gateway.record("g:g1", messageRow("after", 3), { id: "after" }),
    );
    await gateway.settle();
    gateway.publish(gateway.record("g:g1", messageRow("later", 4), { id: "later" }));
    await gateway.settle();
    expect(alice?.events()).toEqual(["before", "told"]);
    expect(bob?.events()).toEqual(["before", "cut", "after", "later"]);
  });

  test.each([
    ["is added", GroupActionKind.ADDED], ["joins", GroupActionKind.JOINED],
  ])("who %s hears the group from the next row on, on every socket", async (_, kind) => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    const again = await gateway.login("alice");
    gateway.publish(
      gateway.record("g:g1", messageRow("before", 1), { id: "before" }),
      gateway.record("g:g1", memberRow(kind, "alice", 2), { id: "added", except: "alice" }),
      gateway.record("g:g1", messageRow("after", 3), { id: "after" }),
    );
    await gateway.settle();
    expect([alice.events(), again.events()]).toEqual([["after"], ["after"]]);
  });

  test("who creates a group hears it at once on every socket, and only the other ones hear of the creation", async () => {
    const gateway = new ScriptedGateway();
    const phone = await gateway.login("alice");
    const laptop = await gateway.login("alice");
    const bob = await gateway.login("bob");
    gateway.publish(
      gateway.record("u:alice", groupCreated("g1", "alice"), { id: "created", origin: phone.session.id }),
      gateway.record("g:g1", messageRow("first"), { id: "first", origin: bob.session.id }),
    );
    await gateway.settle();
    expect([phone, laptop, bob].map((client) => client.events())).toEqual([["first"], ["created", "first"], []]);
  });

  test("a creation under way at hello is neither missed nor undone by the list of groups, and is that of its app", async () => {
    const gateway = new ScriptedGateway();
    const elsewhere = await gateway.login("alice");
    const alice = gateway.connect();
    let answer: () => void = () => undefined;
    gateway.services.on("group.ListJoinedGuids", () => new Promise((resolve) => (answer = () => resolve({ guids: [] }))));
    alice.hello({ token: "alice-token" });
    await gateway.settle();
    gateway.publish(gateway.record("u:alice", groupCreated("g1", "alice"), { id: "created" }));
    gateway.publish(gateway.record("u:alice", groupCreated("g2", "alice"), { id: "foreign" }, "events", "two"));
    answer();
    await gateway.settle();
    gateway.publish(gateway.record("g:g1", messageRow("first"), { id: "first" }), gateway.record("g:g2", messageRow("foreign"), { id: "x" }));
    await gateway.settle();
    expect([alice.events(), elsewhere.events()]).toEqual([["created", "first"], ["created", "first"]]);
  });

  test("members hear that a group is deleted, and nothing of it afterwards", async () => {
    const gateway = new ScriptedGateway();
    const [alice, bob] = await groupOf(gateway, "alice", "bob");
    gateway.publish(
      gateway.record("g:g1", groupDeleted("bob"), { id: "deleted", origin: bob!.session.id }),
      gateway.record("g:g1", messageRow("ghost"), { id: "ghost" }),
    );
    await gateway.settle();
    expect([alice?.events(), bob?.events()]).toEqual([["deleted"], []]);
  });

  test("an ended session is closed with its code in the same tick and is no event (P13)", async () => {
    const gateway = new ScriptedGateway();
    const alice = await gateway.login("alice");
    const bob = await gateway.login("bob");
    const carol = await gateway.login("carol");
    gateway.publish(
      gateway.record("u:alice", sessionEnded("alice", CloseCode.TOKEN_REVOKED, ["alice-handle"])),
      gateway.record("u:bob", sessionEnded("bob", CloseCode.LOGGED_OUT, ["another handle"])),
      gateway.record("u:carol", sessionEnded("carol", CloseCode.USER_DEACTIVATED)),
    );
    expect([alice, bob, carol].map(({ socket }) => socket.closedWith?.code)).toEqual([CloseCode.TOKEN_REVOKED, undefined, CloseCode.USER_DEACTIVATED]);
    expect(alice.frames().map(({ body }) => body?.$case)).toEqual(["goodbye"]);
    await gateway.settle();
    expect(bob.frames()).toEqual([]);
    const changes = gateway.services.calls("presence.ReportConnections").flatMap(({ request }) => (request as { changes: { closed: boolean; final: boolean }[] }).changes);
    expect(changes.filter(({ closed }) => closed)).toMatchObject([{ final: true }, { final: true }]);
  });

  test("a poison record is counted, and its channel goes on", async () => {
    const gateway = new ScriptedGateway();
    gateway.log.expectError("a record is no event");
    gateway.services.groupsOf.set("alice", ["g1"]);
    const alice = await gateway.login("alice", { json: true });
    const good = gateway.record("g:g1", messageRow("good"), { id: "good" });
    const garbage = Buffer.from([0xff, 0xff, 0xff]);
    gateway.publish(
      { ...good, value: garbage }, { ...good, value: garbage, headers: { id: "x", kind: "memberRow" } },
      { ...good, value: garbage, headers: { id: "y", kind: "sessionEnded" } }, good,
    );
    await gateway.settle();
    expect(alice.events()).toEqual(["good"]);
    expect(await gateway.metrics.text()).toContain("parlance_gateway_poison_records_total 3");
  });

  test.each([["its kind", "memberRow"], ["its JSON form", "row"]])("a poison record found by %s asks those who listen to its channel to sync, once (E12)", async (_, kind) => {
    const gateway = new ScriptedGateway();
    gateway.log.expectError("a record is no event");
    const [alice] = await groupOf(gateway, "alice");
    gateway.services.groupsOf.set("bob", ["g1"]);
    const bob = await gateway.login("bob", { json: true });
    const carol = await gateway.login("carol", { json: true });
    const poison = { ...gateway.record("g:g1", messageRow("lost")), value: Buffer.from([0xff, 0xff, 0xff]), headers: { id: "x", kind } };
    gateway.publish(poison, poison);
    await gateway.clock.advance(1_000);
    const resyncs = (client: ScriptedClient) => client.socket.sent.filter(({ bytes, isBinary }) => (
      isBinary ? isResync(bytes) : Buffer.from(bytes).includes('"resync"'))).length;
    expect([alice!, bob, carol].map(resyncs)).toEqual([1, 1, 0]);
  });

  test("who missed a poison record is told no place any more, so that coming back is a sync", async () => {
    const gateway = new ScriptedGateway();
    gateway.log.expectError("a record is no event");
    const [alice] = await groupOf(gateway, "alice");
    const poison = { ...gateway.record("g:g1", messageRow("lost")), value: Buffer.from([0xff]), headers: { id: "x", kind: "memberRow" } };
    gateway.publish(poison);
    alice!.send({ id: 4, body: { $case: "ping", value: {} } });
    await gateway.settle();
    expect(alice!.frames().find(({ id }) => id === 4)?.body).toEqual({ $case: "pong", value: { place: undefined } });
  });

  test("a poison signal asks nobody to sync", async () => {
    const gateway = new ScriptedGateway();
    gateway.log.expectError("a record is no event");
    gateway.services.groupsOf.set("bob", ["g1"]);
    const bob = await gateway.login("bob", { json: true });
    gateway.publish({ ...gateway.record("g:g1", typing("alice", "g1"), { id: "x" }, "live"), value: Buffer.from([0xff]) });
    await gateway.clock.advance(1_000);
    expect(bob.frames()).toEqual([]);
  });

  test("more events in a tick than a frame may hold go out in several, in order (Q4)", async () => {
    const gateway = new ScriptedGateway();
    const [alice] = await groupOf(gateway, "alice");
    const ids = Array.from({ length: 600 }, (_, number) => `e${number}`);
    gateway.publish(...ids.map((id) => gateway.record("g:g1", messageRow("x"), { id })));
    await gateway.settle();
    expect(alice!.socket.sent.length - 1).toBe(3);
    expect(alice?.events()).toEqual(ids);
  });

  test("above a hundred signals of a channel in a tick the oldest give way, facts never (Q16)", async () => {
    const gateway = new ScriptedGateway();
    const [alice] = await groupOf(gateway, "alice");
    gateway.publish(gateway.record("g:g1", messageRow("fact"), { id: "fact" }));
    for (let number = 0; number < 120; number += 1) gateway.publish(gateway.record("g:g1", typing("bob", "g1"), { id: `t${number}` }, "live"));
    await gateway.settle();
    const events = alice!.events();
    expect([events.length, events[0], events[1], events.at(-1)]).toEqual([101, "fact", "t20", "t119"]);
  });
});
