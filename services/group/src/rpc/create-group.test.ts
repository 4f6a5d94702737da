import { describe, expect, it } from "vitest";
import { CreateGroupRequest, GroupType, HistoryVisibility, MemberScope } from "@parlance/proto/group/v1/group";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench({ env: { PARLANCE_GROUP_GROUPS_PER_USER_MAX: "2" } });
const create = (fields: Partial<CreateGroupRequest>, context = as.user("alice")) =>
  bench().call.createGroup(CreateGroupRequest.fromPartial({ guid: CLUB, name: "Book Club", ...fields }), context);

describe("a created group", () => {
  it("adds members and bans, with a result for each, and counts them", async () => {
    const { group, results } = await create({
      members: [{ uid: "bob", scope: CAST.bob }, { uid: "ghost", scope: 0 }, { uid: "dave", scope: 0 }],
      bannedUids: ["erin", "bob"],
    });
    expect(results.map(({ uid, success, errorCode, ban }) => [uid, success, errorCode, ban])).toEqual([
      ["bob", true, "", false], ["ghost", false, "ERR_UID_NOT_FOUND", false], ["dave", true, "", false],
      ["erin", true, "", true],
    ]);
    expect(group?.membersCount).toBe(3);
    expect(bench().sink.changesOf(CLUB).map(({ kind, user, newScope, silent }) => [kind, user?.id, newScope, silent])).toEqual([
      [GroupActionKind.ADDED, "alice", MemberScope.ADMIN, true], [GroupActionKind.ADDED, "bob", MemberScope.ADMIN, false],
      [GroupActionKind.ADDED, "dave", MemberScope.PARTICIPANT, false], [GroupActionKind.BANNED, "erin", 0, false],
    ]);
  });

  it("is told to caches and to the owner's other devices, and is no news to its members but their being added", async () => {
    await create({ members: [{ uid: "bob", scope: 0 }] }, as.user("alice", { sessionId: "phone" }));
    const facts = await bench().facts();
    expect(facts.map(({ event }) => event.body?.$case)).toEqual(["groupCreated", "membershipChanged", "groupChanged", "membershipChanged"]);
    const [{ record, event }] = facts as [typeof facts[0] & object];
    expect(record).toMatchObject({ topic: "events", key: "acmechat/u:alice", headers: { id: event.id, kind: "groupCreated", origin: "phone" } });
    expect(event).toMatchObject({ channel: "u:alice", appId: "" });
    expect(event.body?.value).toMatchObject({ group: { guid: CLUB, owner: "alice", membersCount: 1 }, createdBy: { id: "alice" } });
  });

  it("is published before messaging hears of its members, so that gateways know who listens before anybody writes", async () => {
    const order: string[] = [];
    const { sink, eventLog } = bench();
    const follower = eventLog.follow(["events"], (records) => order.push(...records.map(({ headers }) => headers.kind)));
    const tell = sink.call.bind(sink);
    sink.call = (...args) => {
      order.push("messaging is told");
      return tell(...args);
    };
    await create({});
    await follower.close();
    expect(order.indexOf("groupCreated")).toBe(0);
    expect(order.indexOf("messaging is told")).toBeGreaterThan(0);
  });

  it("lets new members of private groups see what follows, of others everything, unless said otherwise", async () => {
    const visibilities = [];
    for (const [guid, type, historyVisibility] of [
      ["a", GroupType.PRIVATE, 0], ["b", GroupType.PUBLIC, 0], ["c", GroupType.PRIVATE, HistoryVisibility.FULL],
    ] as const) visibilities.push((await create({ guid, type, historyVisibility }, as.server())).group?.historyVisibility);
    expect(visibilities).toEqual([HistoryVisibility.SINCE_JOIN, HistoryVisibility.FULL, HistoryVisibility.FULL]);
  });
});

describe("the server", () => {
  it("makes a group for the owner it names", async () => {
    const { group } = await create({ owner: "bob" }, as.server());
    expect(group).toMatchObject({ owner: "bob", membersCount: 1, hasJoined: false });
    expect(bench().sink.changesOf(CLUB)[0]).toMatchObject({ by: { id: "app_system" }, user: { id: "bob" }, silent: true });
    expect((await bench().facts())[0]?.event).toMatchObject({
      channel: "u:bob", body: { $case: "groupCreated", value: { group: { guid: CLUB }, createdBy: { id: "app_system" } } },
    });
    expect(await refusalOf(create({ guid: "other", owner: "ghost" }, as.server()))).toBe("ERR_UID_NOT_FOUND");
  });

  it("owns a group itself, without being a member, when it names nobody", async () => {
    const { group, results } = await create({ members: [{ uid: "bob", scope: 0 }] }, as.server());
    expect(group).toMatchObject({ owner: "app_system", membersCount: 1 });
    expect(results[0]?.success).toBe(true);
    expect((await bench().facts()).map(({ event }) => event.body?.$case)).not.toContain("groupCreated");
  });

  it("acts as the user it names, whatever owner it asks for", async () => {
    expect((await create({ owner: "bob" }, as.onBehalfOf("alice"))).group?.owner).toBe("alice");
  });
});

describe("a creation is refused", () => {
  it("for a guid that is taken, in its app only", async () => {
    await create({});
    expect(await refusalOf(create({ name: "Another" }))).toBe("ERR_GUID_ALREADY_EXISTS");
    bench().directory.add("othercorp", "alice");
    expect(await refusalOf(create({}, as.user("alice", { app: "othercorp" })))).toBe("done");
  });

  it("for bad input", async () => {
    const refusals = [];
    for (const fields of [
      { guid: "app_mine" }, { guid: "no good" }, { name: "  " }, { name: "" }, { type: 9 as GroupType },
      { type: GroupType.PASSWORD }, { icon: "javascript:1" }, { metadataJson: "[]" }, { tags: [""] },
      { members: Array.from({ length: 26 }, (_, at) => ({ uid: `u${at}`, scope: 0 })) },
    ]) refusals.push(await refusalOf(create(fields)));
    expect(refusals).toEqual([
      "ERR_BAD_REQUEST", "ERR_BAD_REQUEST", "ERR_BAD_REQUEST", "ERR_BAD_REQUEST", "INVALID_GROUP_TYPE",
      "ERR_EMPTY_GROUP_PASS", "ERR_BAD_REQUEST", "ERR_BAD_REQUEST", "ERR_BAD_REQUEST", "ERROR_LIMIT_EXCEEDED",
    ]);
  });

  it("for who is in as many groups as one may", async () => {
    await create({ guid: "one" });
    await create({ guid: "two" });
    await expect(create({ guid: "three" })).rejects.toMatchObject({ name: "ERR_PLAN_QUOTA_RESTRICTION", params: { limit: 2 } });
  });
});

it("never shows a password, nor its hash, to anybody (S27)", async () => {
  const { group } = await create({ type: GroupType.PASSWORD, password: "open sesame" });
  const seen = JSON.stringify([group, await bench().facts(), bench().log.records]);
  expect(seen).not.toContain("sesame");
  expect(seen).not.toContain("scrypt");
});
