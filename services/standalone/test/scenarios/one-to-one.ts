import { expect } from "vitest";
import { toUser, type Device } from "../testing/device.js";
import type { Scenarios } from "../testing/scenario.js";
import { textsOf } from "../testing/history.js";

export const oneToOne: Scenarios = {
  "two people chat in both directions: each sees every message of the other once and in order, and both read one history": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const [alice, bob] = await Promise.all([tenant.device("alice"), tenant.device("bob")]);
    for (let turn = 1; turn <= 5; turn += 1) {
      expect((await alice.send(toUser("bob"), `a${turn}`)).seq).toBe(2 * turn - 1);
      expect((await bob.send(toUser("alice"), `b${turn}`)).seq).toBe(2 * turn);
    }
    await tenant.quiet();
    expect(bob.messageTexts).toEqual(["a1", "a2", "a3", "a4", "a5"]);
    expect(alice.messageTexts).toEqual(["b1", "b2", "b3", "b4", "b5"]);
    const history = await textsOf(alice, toUser("bob"));
    expect(history).toEqual(["a1", "b1", "a2", "b2", "a3", "b3", "a4", "b4", "a5", "b5"]);
    expect(await textsOf(bob, toUser("alice"))).toEqual(history);
  },

  "a message reaches all devices of the receiver and the sender's other devices, but not the device that sent it": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob", "carol");
    const sender = await tenant.device("alice", "phone");
    const others = await Promise.all([
      tenant.device("alice", "laptop"), tenant.device("bob", "phone"), tenant.device("bob", "laptop"),
    ]);
    const carol = await tenant.device("carol");
    await sender.send(toUser("bob"), "hello");
    await tenant.quiet();
    expect(others.map((device) => device.messageTexts)).toEqual([["hello"], ["hello"], ["hello"]]);
    expect([sender.events, carol.events]).toEqual([[], []]);
  },

  "a sampled trace of a send or a mark is in the events that others hear of it; one that is not sampled is not": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const [alice, bob] = await Promise.all([tenant.device("alice"), tenant.device("bob")]);
    const [sampled, unsampled] = ["01", "00"].map((flags) => `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-${flags}`);
    for (const [id, traceParent] of [[901, sampled], [902, unsampled]] as const) {
      alice.client.send({ id, call: { method: "messaging.SendMessage", request: { ...toUser("bob"), muid: `m${id}`, text: { text: `${id}` } }, traceParent } });
      await bob.next("row");
    }
    bob.client.send({ id: 903, call: { method: "messaging.MarkRead", request: toUser("alice"), traceParent: sampled } });
    await alice.next("receipt");
    await tenant.quiet();
    expect(bob.events.filter((event) => "row" in event).map(({ traceParent }) => traceParent)).toEqual([sampled, undefined]);
    expect(alice.events.filter((event) => "receipt" in event).at(-1)?.["traceParent"]).toBe(sampled);
  },

  "a repeated send answers the first message, stores nothing and tells nobody": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const [alice, bob] = await Promise.all([tenant.device("alice"), tenant.device("bob")]);
    const request = { ...toUser("bob"), muid: "m1", text: { text: "once" } };
    const first = await alice.ok("messaging.SendMessage", request);
    const again = await alice.ok("messaging.SendMessage", { ...request, resend: true });
    expect(again["duplicate"]).toBe(true);
    expect(idOf(again)).toBe(idOf(first));
    await tenant.quiet();
    expect(bob.messageTexts).toEqual(["once"]);
    expect(await textsOf(bob, toUser("alice"))).toEqual(["once"]);
  },

  "a device that was away gets from a sync exactly the rows it missed": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const alice = await tenant.device("alice");
    const bob = await tenant.device("bob");
    await alice.send(toUser("bob"), "one");
    const { conversations, syncToken, epoch } = await bob.ok("messaging.ListConversations", {});
    expect(conversations).toHaveLength(1);
    await bob.client.bye();
    await alice.send(toUser("bob"), "two");
    await alice.send(toUser("bob"), "three");
    const back = await tenant.device("bob");
    const cursor = { ...toUser("alice"), seq: 1 };
    const synced = await back.ok("messaging.Sync", { conversations: [cursor], syncToken, epoch });
    const [conversation] = synced["conversations"] as { rows: { seq: number; message: { text: { text: string } } }[] }[];
    expect(conversation?.rows.map(({ seq, message }) => [seq, message.text.text])).toEqual([[2, "two"], [3, "three"]]);
    expect(synced["fullSync"]).toBeUndefined();
  },

  "sends on one connection that do not wait for each other keep their order": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const [alice, bob] = await Promise.all([tenant.device("alice"), tenant.device("bob")]);
    const texts = Array.from({ length: 30 }, (_, n) => `m${n}`);
    const sent = await Promise.all(texts.map((text) => alice.send(toUser("bob"), text)));
    expect(sent.map(({ seq }) => seq)).toEqual(texts.map((_, n) => n + 1));
    await tenant.quiet();
    expect(bob.messageTexts).toEqual(texts);
  },

  "nobody writes to themselves or to a user who is not there, and a refused send takes no number": async (platform) => {
    const tenant = await platform.tenant();
    await tenant.users("alice", "bob");
    const alice = await tenant.device("alice");
    expect(await refusedSend(alice, "alice")).toBe("ERR_CANNOT_MESSAGE_SELF");
    expect(await refusedSend(alice, "nobody")).toBe("ERR_UID_NOT_FOUND");
    expect((await alice.send(toUser("bob"), "first")).seq).toBe(1);
  },
};

function refusedSend(device: Device, uid: string): Promise<string> {
  return device.refused("messaging.SendMessage", { ...toUser(uid), text: { text: "x" } });
}

function idOf(answer: Readonly<Record<string, unknown>>): unknown {
  return (answer["message"] as { id: number }).id;
}
