import { Event } from "@parlance/proto/event/v1/event";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import { expect, test } from "vitest";
import type { LogStore, RowOutbox } from "../store/ports.js";
import { as, textTo } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

let appends = 0;

/** Counts what is submitted to the store. */
const counting = (store: LogStore & RowOutbox): LogStore & RowOutbox => ({
  append: (rows) => {
    appends += 1;
    return store.append(rows);
  },
  ends: (conversations) => store.ends(conversations),
  findByMuid: (...args) => store.findByMuid(...args),
  probe: () => store.probe(),
  erase: (...args) => store.erase(...args),
  publication: () => store.publication(),
});

const bench = withBench({ pods: 2, wrapLogStore: counting });

/** A pod that finds its end of a log outdated waits a moment before it goes on. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => void (isOver = true);
  work.then(over, over);
  while (!isOver) await bench().clock.advance(10);
  return work;
}

const send = (pod: number, who: string) => inTime(bench().pods[pod]!.call.sendMessage(textTo("team"), as.user(who)));
const kicked = () => bench().memberEvent({ kind: GroupActionKind.KICKED, user: "bob", by: "alice" });

async function bobIsKnownToBoth(): Promise<void> {
  await bench().join("alice");
  await bench().join("bob");
  for (const pod of [0, 1]) await send(pod, "bob");
  await bench().settle();
}

function factOf(channel: string, event: Event) {
  const { id, body } = event;
  return { topic: "events", key: `app/${channel}`, value: Event.encode(event).finish(), headers: { id, kind: body!.$case } } as const;
}

test("a kick that one pod has written and another is told of holds on both at once (P14), and is written once", async () => {
  await bobIsKnownToBoth();
  const kick = kicked();
  const told = await inTime(bench().nudge(kick, 0));
  const before = appends;
  expect(await bench().nudge(kick, 1)).toEqual(told);
  expect(appends).toBe(before);
  for (const pod of [0, 1]) await expect(send(pod, "bob")).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
  await bench().settle();
  expect((await bench().rows("alice", "team")).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
});

test("a send whose membership is being read while the kick is told leaves no old membership behind", async () => {
  await bobIsKnownToBoth();
  await bench().clock.advance(60_000);
  const kick = kicked();
  const [early] = await Promise.allSettled([send(1, "bob"), inTime(bench().nudge(kick, 0).then(() => bench().nudge(kick, 1)))]);
  expect(["fulfilled", "rejected"]).toContain(early.status);
  await expect(send(1, "bob")).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
});

test("a pod that nobody told of a kick hears of it by the row", async () => {
  await bobIsKnownToBoth();
  await inTime(bench().nudge(kicked(), 0));
  await bench().settle();
  await expect(send(1, "bob")).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
});

test("a member who was removed without a row is forgotten by the event", async () => {
  await bobIsKnownToBoth();
  const event = bench().memberEvent({ kind: GroupActionKind.KICKED, user: "bob", by: "alice", fields: { silent: true } });
  await bench().nudge(event, 0);
  await bench().eventLog.append([factOf("s:group:team", event)]);
  await expect(send(1, "bob")).rejects.toEqual(refusal("ERR_GROUP_NOT_JOINED"));
});

test("names that have changed are asked for anew on every pod", async () => {
  await bobIsKnownToBoth();
  bench().directory.users.set("app/bob", "Robert");
  bench().directory.groups.set("app/team", "Dream Team");
  const changed = Event.fromPartial({ id: "u", channel: "s:user:bob", appId: "app", body: { $case: "userChanged", value: { user: { uid: "bob" } } } });
  await bench().eventLog.append([factOf("s:user:bob", changed), factOf("s:group:team", bench().groupEvent({}))]);
  for (const pod of [0, 1]) {
    expect((await send(pod, "bob")).message).toMatchObject({ sender: { name: "Robert" }, receiver: { name: "Dream Team" } });
  }
});

test("a pod that missed something of the log asks for everything anew", async () => {
  await bobIsKnownToBoth();
  bench().directory.users.set("app/bob", "Robert");
  expect((await send(1, "bob")).message!.sender).toMatchObject({ name: "BOB" });
  bench().eventLog.lose();
  expect((await send(1, "bob")).message!.sender).toMatchObject({ name: "Robert" });
});

test("an event that cannot be decoded makes it forget what it may have been about", async () => {
  await bobIsKnownToBoth();
  const asked = bench().directory.asked;
  await bench().eventLog.append([
    { topic: "events", key: "app/s:group:team", value: new Uint8Array([0xff]), headers: { id: "x", kind: "groupChanged" } },
  ]);
  await send(1, "bob");
  expect(bench().directory.asked).toBe(asked + 1);
});

test("pods that write one log in turn leave it dense, though each comes back with an end that is not the end", async () => {
  await bobIsKnownToBoth();
  for (const pod of [0, 1, 0, 0, 1, 0]) await send(pod, pod === 0 ? "alice" : "bob");
  await Promise.all([0, 1, 1, 0].map((pod) => send(pod, "bob")));
  await bench().settle();
  const rows = await bench().rows("alice", "team");
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));
});
