import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CreateGroupRequest, GroupType, MemberScope } from "@parlance/proto/group/v1/group";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import { CLUB, as, openBench, type Bench } from "./testing/bench.js";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  await bench.settle();
  expect(bench.log.unexpected).toEqual([]);
  await bench.close();
});

describe("a membership change", () => {
  it("is known to messaging before the call answers, and comes through the event log with the same id and bytes", async () => {
    await bench.group();
    const { action } = await bench.call.joinGroup({ guid: CLUB, password: "" }, as.user("bob"));
    const changes = bench.sink.changesOf(CLUB);
    expect(changes.map(({ kind, version, silent }) => [kind, version, silent])).toEqual([
      [GroupActionKind.ADDED, 1, true], [GroupActionKind.JOINED, 2, false],
    ]);
    expect(action?.muid).toMatch(/^@m:acmechat:book-club:[0-9a-f]{12}:2$/);
    const facts = (await bench.facts()).filter(({ event }) => event.body?.$case === "membershipChanged");
    expect(facts.map(({ record }) => record.headers.id)).toEqual(bench.sink.applied.map(({ id }) => id));
    expect(facts.every(({ record }) => record.key === "acmechat/s:messaging")).toBe(true);
    for (const { record } of facts) bench.sink.apply(record.value);
    expect(bench.sink.changesOf(CLUB)).toHaveLength(2);
  });

  it("is told as an internal call of the app", async () => {
    await bench.group();
    expect(bench.sink.contexts[0]).toMatchObject({ app: "acmechat", caller: { kind: "internal", peer: "group" } });
  });
});

it("makes a group with its creator as owner and admin", async () => {
  const request = CreateGroupRequest.fromPartial({ guid: "Book-Club", name: "Book Club" });
  const { group } = await bench.call.createGroup(request, as.user("alice"));
  expect(group).toMatchObject({
    guid: CLUB, owner: "alice", type: GroupType.PUBLIC, membersCount: 1, hasJoined: true, scope: MemberScope.ADMIN,
    conversationId: "group_book-club",
  });
});
