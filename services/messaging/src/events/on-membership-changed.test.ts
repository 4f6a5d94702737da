import { HistoryVisibility, MemberScope } from "@parlance/proto/group/v1/group";
import { GroupActionKind, ReceiverType } from "@parlance/proto/messaging/v1/message";
import { describe, expect, test } from "vitest";
import { as, textTo } from "../testing/bench.js";
import { refusal, withBench } from "../testing/with-bench.js";

const bench = withBench();

const { JOINED, ADDED, LEFT, KICKED, BANNED, UNBANNED, SCOPE_CHANGED } = GroupActionKind;
const change = (kind: GroupActionKind, user: string, by = user, fields = {}) => bench().change({ kind, user, by, fields });
const maySend = (who: string) => bench().call.sendMessage(textTo("team"), as.user(who)).then(() => true, () => false);

test("a change is told by an action message in the group's log, and answered as its effect (10.2)", async () => {
  await bench().join("alice", { newScope: MemberScope.ADMIN });
  const action = await change(ADDED, "bob", "alice", { newScope: MemberScope.MODERATOR, membersCount: 2 });
  expect(action).toMatchObject({
    seq: 2, conversationId: "group_team", receiverType: ReceiverType.GROUP, receiverId: "team", type: "groupMember", countable: false,
    sender: { id: "alice" }, receiver: { id: "team", name: "Team" },
    body: { $case: "groupAction", value: { kind: ADDED, by: { id: "alice" }, on: { id: "bob", name: "BOB" }, newScope: "moderator", oldScope: "", membersCount: 2 } },
  });
  expect((await bench().rows("bob", "team")).at(-1)).toMatchObject({ seq: 2, body: { $case: "message", value: action } });
});

test("members hear of it on the group's channel, the one concerned on the own inbox only", async () => {
  await bench().join("alice");
  await bench().published();
  const action = await bench().kick("bob", "alice");
  const facts = await bench().published();
  expect(facts.map(({ channel, record: { headers } }) => [channel, headers.kind, headers.except])).toEqual([
    ["app/g:team", "memberRow", "bob"], ["app/u:bob", "memberRow", undefined],
  ]);
  for (const { event } of facts) expect(event.body).toMatchObject({ value: { seq: 2, body: { $case: "message", value: action } } });
});

test("the connection that made the change is named, so that it gets no event of it", async () => {
  await bench().join("alice", { originSessionId: "s-alice" });
  expect((await bench().published()).map(({ record }) => record.headers.origin)).toEqual(["s-alice", "s-alice"]);
});

describe("membership follows the change at once (P14)", () => {
  test.each([
    ["joining", JOINED, 1, true], ["being added", ADDED, 2, true], ["leaving", LEFT, 0, false], ["a kick", KICKED, 0, false], ["a ban", BANNED, 0, false],
  ] as const)("%s", async (_, kind, newScope, after) => {
    await bench().join("alice");
    if (!after) await bench().join("bob");
    expect(await maySend("bob")).toBe(!after);
    await change(kind, "bob", kind === JOINED || kind === LEFT ? "bob" : "alice", { newScope });
    expect(await maySend("bob")).toBe(after);
  });

  test("a ban of one who is no member, and an unban, change nothing but the log", async () => {
    await bench().join("alice");
    await change(BANNED, "bob", "alice");
    await change(UNBANNED, "bob", "alice");
    expect(await maySend("bob")).toBe(false);
    expect(await bench().rows("alice", "team")).toHaveLength(3);
  });

  test("another scope brings other rights", async () => {
    await bench().join("alice");
    await bench().join("bob");
    const { id } = await bench().text("alice", "team");
    const remove = () => bench().call.deleteMessage({ messageId: id }, as.user("bob"));
    await expect(remove()).rejects.toEqual(refusal("ERR_MESSAGE_NOT_A_SENDER"));
    await change(SCOPE_CHANGED, "bob", "alice", { oldScope: MemberScope.PARTICIPANT, newScope: MemberScope.MODERATOR });
    expect((await remove()).message).toMatchObject({ deletedBy: "bob" });
  });
});

test("a silent change leaves no row and no event", async () => {
  expect(await bench().join("alice", { silent: true, newScope: MemberScope.ADMIN })).toBeUndefined();
  expect(await maySend("alice")).toBe(true);
  expect((await bench().published()).map(({ record }) => record.headers.kind)).toEqual(["row"]);
});

test("a creator's membership may come with no kind at all", async () => {
  await change(GroupActionKind.UNSPECIFIED, "alice", "alice", { silent: true, newScope: MemberScope.ADMIN });
  expect(await maySend("alice")).toBe(true);
});

describe("the same fact twice (E6, F7)", () => {
  test("has the same effect once, whether it comes as a nudge or through the event log", async () => {
    const event = bench().memberEvent({ kind: JOINED, user: "alice", fields: { newScope: 1, historyVisibility: HistoryVisibility.SINCE_JOIN } });
    const effect = await bench().nudge(event);
    await bench().published();
    await bench().eventLog.deliver(event);
    expect(await bench().nudge(event)).toEqual(effect);
    expect(await bench().published()).toEqual([]);
    expect(await bench().rows("alice", "team")).toHaveLength(1);
  });

  test("through the event log first is told to the nudge", async () => {
    const event = bench().memberEvent({ kind: JOINED, user: "alice", fields: { newScope: 1 } });
    await bench().eventLog.deliver(event);
    expect(await bench().nudge(event)).toMatchObject({ seq: 1 });
  });

  test("all facts again, in order, change nothing", async () => {
    const events = [
      bench().memberEvent({ kind: JOINED, user: "alice", fields: { newScope: 1 } }), bench().memberEvent({ kind: JOINED, user: "bob", fields: { newScope: 1 } }),
      bench().memberEvent({ kind: KICKED, user: "bob", by: "alice" }), bench().memberEvent({ kind: JOINED, user: "bob", fields: { newScope: 1 } }),
      bench().memberEvent({ kind: KICKED, user: "bob", by: "alice" }),
    ];
    for (const event of [...events, ...events]) await bench().eventLog.deliver(event);
    expect(await bench().rows("alice", "team")).toHaveLength(5);
    expect(await maySend("bob")).toBe(false);
    expect(bench().service.idle()).toBe(true);
  });
});

test("an older version does not undo a newer one", async () => {
  await bench().join("alice");
  const joined = bench().memberEvent({ kind: JOINED, user: "bob", fields: { newScope: 1 } });
  const kicked = bench().memberEvent({ kind: KICKED, user: "bob", by: "alice" });
  await bench().nudge(kicked);
  await bench().nudge(joined);
  expect(await maySend("bob")).toBe(false);
});

test("several facts of a nudge are applied in order, and each has its effect", async () => {
  const events = ["alice", "bob"].map((user) => bench().memberEvent({ kind: JOINED, user, fields: { newScope: 1 } }));
  const { Event } = await import("@parlance/proto/event/v1/event");
  const { effects } = await bench().sink.deliver({ guid: "team", events: events.map((event) => Event.encode(event).finish()) }, as.peer());
  expect(effects).toHaveLength(2);
  expect((await bench().rows("alice", "team")).map(({ seq }) => seq)).toEqual([1, 2]);
});

test("what cannot be read is refused, and only processes of the platform may nudge", async () => {
  const broken = { guid: "team", events: [Uint8Array.of(255, 255, 255)] };
  await expect(bench().sink.deliver(broken, as.peer())).rejects.toEqual(refusal("ERR_BAD_REQUEST"));
  await expect(bench().sink.deliver(broken, as.user("alice"))).rejects.toEqual(refusal("AUTH_ERR_NO_ACCESS"));
});
