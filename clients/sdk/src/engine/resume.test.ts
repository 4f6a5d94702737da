// The whole engine against a fake server: what a client that was away hears when it is back.

import { describe, expect, it } from "vitest";
import { GroupActionKind, Category, MessageActionKind } from "@parlance/proto/messaging/v1/message";
import { Event } from "@parlance/proto/event/v1/event";
import type { SyncRequest } from "@parlance/proto/messaging/v1/rpc";
import { bob, team } from "../testing/fake-messaging.js";
import { connected, recorder } from "../testing/place.js";
import type { ResumeResult } from "../listeners.js";
import type { BaseMessage } from "../model/message.js";

async function system() {
  const parts = await connected();
  const rows = recorder((name, [message]) => {
    const { seq, changeSeq, replayed } = message as BaseMessage;
    return `${name === "onTextMessageReceived" ? "" : name}${changeSeq ?? seq}${replayed === true ? "r" : ""}`;
  });
  const resumed: ResumeResult[] = [];
  const statuses: string[] = [];
  parts.parlance.addMessageListener("test", rows.listener);
  parts.parlance.addConnectionListener("test", {
    onConnecting: () => statuses.push("connecting"),
    onConnected: () => statuses.push("connected"),
    onDisconnected: () => statuses.push("disconnected"),
    onResumed: (result) => {
      statuses.push("resumed");
      resumed.push(result);
    },
  });
  const { gateway, clock } = parts;
  return {
    ...parts, heard: rows.heard, resumed, statuses,
    lose: () => gateway.socket.end(1006),
    /** Time for the reconnect and everything after it. */
    back: () => clock.advance(2_000),
    syncs: () => parts.messaging.of<SyncRequest>("messaging.Sync"),
  };
}

describe("resume", () => {
  it("only fetches a token on a new session: nothing is replayed", async () => {
    const parts = await system();
    expect(parts.syncs()).toMatchObject([{ conversations: [], syncToken: "" }]);
    expect([parts.heard, parts.gateway.calls]).toEqual([[], ["messaging.Sync"]]);
  });

  it("I15 hands on exactly what was missed, as replayed, and says how much", async () => {
    const { gateway, messaging, lose, back, heard, resumed, statuses, syncs } = await system();
    gateway.socket.event(messaging.append(bob, "bob"), messaging.append(bob, "bob"));
    lose();
    for (let n = 0; n < 3; n += 1) messaging.append(bob, "bob");
    messaging.append(team, "bob");
    await back();
    gateway.socket.event(messaging.append(bob, "bob"));
    expect(heard).toEqual(["1", "2", "3r", "4r", "5r", "1r", "6"]);
    expect(resumed).toEqual([{ recovered: 4, truncated: false, conversations: [], gone: [] }]);
    expect(statuses).toEqual(["connecting", "connected", "resumed"]);
    expect(syncs().at(-1)).toMatchObject({ conversations: [{ receiverId: "bob", seq: 2 }], syncToken: "0", epoch: "e1" });
  });

  it("merges live events that come while it syncs, each row once", async () => {
    const { gateway, messaging, lose, clock, heard } = await system();
    gateway.socket.event(messaging.append(bob, "bob"));
    lose();
    const missed = [messaging.append(bob, "bob"), messaging.append(bob, "bob")];
    let answer: (() => void) | undefined;
    const { onCall } = gateway;
    gateway.onCall = async (method, request) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return onCall(method, request);
    };
    await clock.advance(2_000);
    const live = [messaging.append(bob, "bob"), messaging.append(bob, "bob")];
    gateway.socket.event(...missed, ...live);
    expect(heard).toEqual(["1"]);
    answer?.();
    await clock.advance(0);
    expect(heard).toEqual(["1", "2r", "3r", "4r", "5r"]);
  });

  it("asks page by page with the same token until no cursor is left", async () => {
    const { gateway, messaging, lose, back, heard, syncs, resumed } = await system();
    messaging.cursorsMax = 2;
    const addresses = ["u1", "u2", "u3", "u4", "u5"].map((receiverId) => ({ ...bob, receiverId }));
    for (const address of addresses) gateway.socket.event(messaging.append(address, address.receiverId));
    heard.length = 0;
    lose();
    for (const address of addresses) messaging.append(address, address.receiverId);
    messaging.append(team, "bob");
    await back();
    const asked = syncs().slice(1);
    expect(asked.map(({ conversations, syncToken }) => [conversations.length, syncToken])).toEqual([[5, "0"], [3, "0"], [1, "0"]]);
    expect(heard).toEqual(["2r", "2r", "2r", "2r", "2r", "1r"]);
    expect(resumed.at(-1)?.recovered).toBe(6);
    lose();
    await back();
    expect(syncs().at(-1)?.syncToken).toBe("11");
  });

  it("tells which conversations missed too much, and goes on after their end", async () => {
    const { gateway, messaging, lose, back, heard, resumed } = await system();
    gateway.socket.event(messaging.append(bob, "bob"));
    lose();
    for (let n = 0; n < 201; n += 1) messaging.append(bob, "bob");
    await back();
    gateway.socket.event(messaging.append(bob, "bob"));
    expect(heard).toEqual(["1", "203"]);
    expect(resumed).toEqual([
      { recovered: 0, truncated: true, conversations: [{ conversationWith: "bob", conversationType: "user" }], gone: [] },
    ]);
  });

  it("tells which conversations are gone", async () => {
    const { gateway, messaging, lose, back, resumed, syncs } = await system();
    gateway.socket.event(messaging.append(team, "bob"));
    lose();
    messaging.gone.add("g:team");
    await back();
    expect(resumed.at(-1)?.gone).toEqual([{ conversationWith: "team", conversationType: "group" }]);
    lose();
    await back();
    expect(syncs().at(-1)?.conversations).toEqual([]);
  });

  it("starts over when the store is another one", async () => {
    const { gateway, messaging, lose, back, heard, resumed, syncs } = await system();
    gateway.socket.event(messaging.append(bob, "bob"));
    lose();
    messaging.epoch = "e2";
    await back();
    expect(resumed).toEqual([{ recovered: 0, truncated: true, conversations: [], gone: [] }]);
    gateway.socket.event(messaging.append(bob, "bob"));
    lose();
    await back();
    expect(heard).toEqual(["1", "2"]);
    expect(syncs().at(-1)).toMatchObject({ epoch: "e2", conversations: [{ seq: 2 }] });
  });

  it("tells that everything is void when the server says that a resume is impossible", async () => {
    const { gateway, messaging, back, resumed, syncs } = await system();
    gateway.socket.event(messaging.append(bob, "bob"));
    gateway.socket.end(4100);
    await back();
    expect(syncs().at(-1)).toMatchObject({ conversations: [], syncToken: "" });
    expect(resumed).toMatchObject([{ truncated: true, conversations: [] }]);
  });

  it("asks nothing when the gateway vouches that nothing was missed", async () => {
    const { gateway, lose, back, syncs, resumed } = await system();
    gateway.welcome = { resumed: true };
    lose();
    await back();
    expect([syncs().length, resumed.at(-1)?.recovered]).toEqual([1, 0]);
  });

  describe("comes with the place it was told last", () => {
    const placed = async () => {
      const parts = await system();
      const { gateway } = parts;
      gateway.welcome = { place: "p1" };
      parts.lose();
      await parts.back();
      const offered = () => {
        const body = gateway.socket.frames[0]?.body;
        return body?.$case === "hello" ? body.value.place : "no hello";
      };
      return { ...parts, offered };
    };

    it("when it has synced, also after attempts that failed", async () => {
      const { gateway, lose, clock, offered } = await placed();
      gateway.socket.say({ body: { $case: "pong", value: { place: "p2" } } });
      gateway.mode = "refuse";
      lose();
      await clock.advance(10_000);
      gateway.mode = "welcome";
      await clock.advance(60_000);
      expect(offered()).toBe("p2");
    });

    it("and keeps its sync token when nothing was missed", async () => {
      const { gateway, messaging, lose, back, syncs, offered } = await placed();
      messaging.append(bob, "bob");
      gateway.welcome = { place: "p2", resumed: true };
      const before = syncs().length;
      lose();
      await back();
      expect([offered(), syncs().length]).toEqual(["p1", before]);
      gateway.welcome = { place: "p3" };
      lose();
      await back();
      expect([offered(), syncs().at(-1)?.syncToken]).toEqual(["p2", "0"]);
    });

    it("but not when the connection was lost before the sync was answered", async () => {
      const { gateway, lose, back, offered } = await placed();
      gateway.onCall = () => "hold";
      lose();
      await back();
      lose();
      await back();
      expect(offered()).toBeUndefined();
    });

    it("nor when rows were missing", async () => {
      const { gateway, messaging, lose, back, offered } = await placed();
      gateway.socket.event(messaging.append(bob, "bob"));
      messaging.append(bob, "bob");
      gateway.socket.event(messaging.append(bob, "bob"));
      lose();
      await back();
      expect(offered()).toBeUndefined();
    });

    it("nor when its last sync is long ago", async () => {
      const { clock, gateway, lose, back, offered } = await placed();
      for (let turn = 0; turn < 13; turn += 1) await clock.advance(5 * 60_000);
      gateway.socket.say({ body: { $case: "pong", value: { place: "p2" } } });
      lose();
      await back();
      expect(offered()).toBeUndefined();
    });

    it("nor when the server has voided what it knows", async () => {
      const { gateway, back, offered } = await placed();
      gateway.socket.end(4100);
      await back();
      expect(offered()).toBeUndefined();
    });
  });

  it("compares what it has when the gateway asks for it, while the connection lasts", async () => {
    const { gateway, messaging, heard, syncs, clock } = await system();
    gateway.socket.event(messaging.append(bob, "bob"));
    messaging.append(bob, "bob");
    gateway.socket.say({ body: { $case: "resync", value: {} } });
    gateway.socket.event(messaging.append(bob, "bob"));
    await clock.advance(0);
    expect([heard, syncs().length]).toEqual([["1", "2r", "3"], 2]);
  });

  it("compares once more when it is asked to while it syncs", async () => {
    const { gateway, messaging, heard, syncs, clock, lose } = await system();
    gateway.socket.event(messaging.append(bob, "bob"));
    lose();
    const { onCall } = gateway;
    let answer: (() => void) | undefined;
    gateway.onCall = async (method, request) => {
      const early = await onCall(method, request);
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return early;
    };
    await clock.advance(2_000);
    messaging.append(bob, "bob");
    gateway.socket.say({ body: { $case: "resync", value: {} } });
    gateway.onCall = onCall;
    answer?.();
    await clock.advance(0);
    expect([heard, syncs().length]).toEqual([["1", "2r"], 3]);
  });

  it("resumes from where it was when the connection is lost during the sync", async () => {
    const { gateway, messaging, lose, back, heard } = await system();
    gateway.socket.event(messaging.append(bob, "bob"));
    lose();
    messaging.append(bob, "bob");
    const { onCall } = gateway;
    gateway.onCall = () => "hold";
    await back();
    gateway.socket.event(messaging.append(bob, "bob"));
    gateway.onCall = onCall;
    lose();
    await back();
    expect(heard).toEqual(["1", "2r", "3r"]);
  });

  it("repeats the sync while the server is overloaded", async () => {
    const { gateway, messaging, lose, clock, heard } = await system();
    lose();
    messaging.append(bob, "bob");
    const { onCall } = gateway;
    let refusals = 2;
    gateway.onCall = (method, request) => (refusals-- > 0 ? { error: "ERR_TOO_MANY_REQUESTS", retryAfterMs: 100 } : onCall(method, request));
    await clock.advance(10_000);
    expect(heard).toEqual(["1r"]);
  });

  it("takes a flood during the sync in bounded memory, without a hole", async () => {
    const { gateway, messaging, lose, clock, heard } = await system();
    gateway.socket.event(messaging.append(bob, "bob"));
    lose();
    messaging.rowsMax = 10_000;
    const { onCall } = gateway;
    const answers: (() => void)[] = [];
    gateway.onCall = async (method, request) => {
      const answer = await onCall(method, request);
      await new Promise<void>((resolve) => answers.push(resolve));
      return answer;
    };
    await clock.advance(1_000);
    for (let n = 0; n < 2_500; n += 1) gateway.socket.event(messaging.append(bob, "bob"));
    answers.shift()?.();
    await clock.advance(0);
    answers.shift()?.();
    await clock.advance(0);
    expect(heard.map((one) => Number(one.replace("r", "")))).toEqual(Array.from({ length: 2_501 }, (_, at) => at + 1));
  });

  it("does not replay what this device sent, whether it saw the answer or not", async () => {
    const { gateway, messaging, parlance, lose, back, heard } = await system();
    await parlance.sendMessage(new parlance.TextMessage("bob", "one", "user"));
    const { onCall } = gateway;
    gateway.onCall = (method, request) => {
      void onCall(method, request);
      return "hold";
    };
    const second = parlance.sendMessage(new parlance.TextMessage("bob", "two", "user"));
    await back();
    gateway.onCall = onCall;
    lose();
    await back();
    expect(await second).toMatchObject({ text: "two", seq: 2, duplicate: true });
    expect([heard, messaging.head(bob)]).toEqual([[], 2]);
  });

  it("replays edits and deletions as the callbacks of the change", async () => {
    const { gateway, messaging, lose, back, heard } = await system();
    const event = messaging.append(bob, "bob");
    gateway.socket.event(event);
    lose();
    for (const kind of [MessageActionKind.EDITED, MessageActionKind.DELETED]) {
      messaging.append(bob, "bob", {
        category: Category.ACTION, type: "message",
        body: { $case: "messageAction", value: { kind, by: { id: "bob" }, messageId: 1_001, message: { id: 1_001, seq: 1, category: Category.MESSAGE, type: "text" } } },
      });
    }
    await back();
    expect(heard).toEqual(["1", "onMessageEdited2r", "onMessageDeleted3r"]);
  });

  it("forgets a group the user was removed from", async () => {
    const { gateway, messaging, lose, back, syncs } = await system();
    const kicked = messaging.append(team, "bob", {
      category: Category.ACTION, type: "groupMember",
      body: { $case: "groupAction", value: { kind: GroupActionKind.KICKED, by: { id: "bob" }, on: { id: "alice" } } },
    });
    gateway.socket.event(Event.fromPartial({ ...kicked, body: { $case: "memberRow", value: kicked.body!.value as never } }));
    lose();
    await back();
    expect(syncs().at(-1)?.conversations).toEqual([]);
  });
});
