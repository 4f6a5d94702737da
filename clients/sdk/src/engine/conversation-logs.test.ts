import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event } from "@parlance/proto/event/v1/event";
import { GroupActionKind, Category } from "@parlance/proto/messaging/v1/message";
import { ListRowsRequest, ListRowsResponse } from "@parlance/proto/messaging/v1/rpc";
import { failure } from "../errors.js";
import { bob, FakeMessaging, ME, team } from "../testing/fake-messaging.js";
import { ManualClock, settle } from "../testing/manual-clock.js";
import { ConversationLogs } from "./conversation-logs.js";

function system() {
  const clock = new ManualClock();
  const messaging = new FakeMessaging();
  const heard: string[] = [];
  const resets: string[] = [];
  const state = { away: false };
  const logs = new ConversationLogs({
    clock, random: { next: () => 0.5 }, me: ME,
    listRows: async (request) => {
      const answer = state.away ? undefined : messaging.answer("messaging.ListRows", ListRowsRequest.encode(request).finish());
      if (answer === undefined) throw failure("NO_WEBSOCKET_CONNECTION");
      if (!(answer instanceof Uint8Array)) throw failure("ERR_GROUP_NOT_JOINED");
      return ListRowsResponse.decode(answer);
    },
    deliver: (message, { receiverId }, replayed) => heard.push(`${receiverId}:${message.seq}${replayed ? "r" : ""}`),
    onReset: ({ receiverId }) => resets.push(receiverId),
  });
  logs.epoch = "e1";
  logs.connected();
  const take = (...events: readonly Event[]) => {
    for (const { body, channel } of events) if (body?.$case === "row") logs.take(body.value, channel, false);
  };
  const say = (count: number, from = "bob") => Array.from({ length: count }, () => messaging.append(bob, from));
  const pulls = () => messaging.of<ListRowsRequest>("messaging.ListRows").map(({ afterSeq, throughSeq }) => [afterSeq, throughSeq]);
  return { clock, messaging, heard, resets, state, logs, take, say, pulls };
}

describe("ConversationLogs", () => {
  it("hands on live rows in order, each once, from the first one met", () => {
    const { take, say, heard, pulls } = system();
    const [, , third, fourth] = say(4);
    take(third!, third!, fourth!, third!);
    expect([heard, pulls()]).toEqual([["bob:3", "bob:4"], []]);
  });

  it("I5 holds what comes after a gap, pulls only what is missing, and goes on in order", async () => {
    const { clock, take, say, heard, pulls } = system();
    const [first, , , fourth, fifth] = say(5);
    take(first!, fourth!, fifth!);
    expect(heard).toEqual(["bob:1"]);
    await clock.advance(200);
    expect([heard, pulls()]).toEqual([["bob:1", "bob:2", "bob:3", "bob:4", "bob:5"], [[1, 3]]]);
  });

  it("pulls nothing when the missing rows come a moment later", async () => {
    const { clock, take, say, heard, pulls } = system();
    const [first, second, third] = say(3);
    take(first!, third!);
    await clock.advance(100);
    take(second!);
    await clock.advance(5_000);
    expect([heard, pulls()]).toEqual([["bob:1", "bob:2", "bob:3"], []]);
  });

  it("advances over hidden rows without a word, live and pulled", async () => {
    const { clock, messaging, take, heard, logs } = system();
    take(messaging.append(team, "bob"), messaging.hidden(team));
    messaging.hidden(team);
    take(messaging.append(team, "bob"));
    await clock.advance(200);
    expect([heard, logs.through(team)]).toEqual([["team:1", "team:4"], 4]);
  });

  it("counts own rows as had, also when they overtake those of others", async () => {
    const { clock, messaging, take, say, heard, logs, pulls } = system();
    const [first] = say(1);
    take(first!);
    const [second] = say(1);
    messaging.append(bob, ME);
    logs.own(bob, 3);
    take(second!, ...say(1));
    await clock.advance(5_000);
    expect([heard, pulls()]).toEqual([["bob:1", "bob:2", "bob:4"], []]);
  });

  it("loses no row that an own one overtook in a conversation not met before", async () => {
    const { messaging, take, say, heard, logs } = system();
    const [first] = say(1);
    messaging.append(bob, ME);
    logs.own(bob, 2);
    take(first!, ...say(1));
    expect([heard, logs.through(bob)]).toEqual([["bob:1", "bob:3"], 3]);
  });

  it("recognises its own sends by their muid", () => {
    const { messaging, take, heard, logs } = system();
    logs.sending("m1");
    take(messaging.append(bob, ME, { muid: "m1" }), messaging.append(bob, ME, { muid: "m2" }));
    expect([heard, logs.through(bob)]).toEqual([["bob:2"], 2]);
  });

  it("keeps pulling while the server is away, and gives up when the user is no participant", async () => {
    const { clock, messaging, state, take, heard, logs } = system();
    const events = Array.from({ length: 4 }, () => messaging.append(team, "bob"));
    state.away = true;
    take(events[0]!, events[2]!);
    await clock.advance(60_000);
    expect(heard).toEqual(["team:1"]);
    state.away = false;
    await clock.advance(5_000);
    expect(heard).toEqual(["team:1", "team:2", "team:3"]);
    messaging.gone.add("g:team");
    messaging.append(team, "bob");
    take(messaging.append(team, "bob", {
      category: Category.ACTION, type: "groupMember",
      body: { $case: "groupAction", value: { kind: GroupActionKind.KICKED, by: { id: "bob" }, on: { id: ME } } },
    }));
    await clock.advance(200);
    expect([heard.at(-1), logs.through(team)]).toEqual(["team:6", undefined]);
  });

  it("holds a bounded number of rows and still ends complete", async () => {
    const { clock, take, say, heard } = system();
    const events = say(1_500);
    take(events[0]!, ...events.slice(2));
    await clock.advance(5_000);
    expect(heard).toEqual(events.map((_, at) => `bob:${at + 1}`));
  });

  it("begins where the app has read to, unless it was met before", () => {
    const { take, say, heard, logs } = system();
    const [first, second, third] = say(3);
    logs.begin(bob, 2);
    take(first!, second!, third!);
    logs.begin(bob, 9);
    expect([heard, logs.through(bob)]).toEqual([["bob:3"], 3]);
  });

  it("tells the app when the server says that the copy is void", async () => {
    const { clock, messaging, take, say, heard, resets, logs } = system();
    const events = say(4);
    take(events[0]!, events[3]!);
    messaging.epoch = "e2";
    await clock.advance(1_000);
    expect([heard, resets, logs.through(bob), clock.pendingTimers]).toEqual([["bob:1"], ["bob"], 0, 0]);
  });

  it("P7, P11: whatever is lost, repeated and mixed up on the way, every row is handed on once and in order", async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.record({ at: fc.integer({ min: 0, max: 30 }), fate: fc.constantFrom("lost", "twice", "once") }), { minLength: 1, maxLength: 40 }),
      async (plan) => {
        const { clock, take, say, heard } = system();
        const events = say(31);
        take(events[0]!);
        for (const { at, fate } of plan) {
          if (fate !== "lost") take(events[at]!);
          if (fate === "twice") take(events[at]!);
        }
        take(events[30]!);
        await clock.advance(1_000);
        await settle();
        expect(heard).toEqual(events.map((_, index) => `bob:${index + 1}`));
      },
    ), { numRuns: 30 });
  });
});
