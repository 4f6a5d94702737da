import { describe, expect, it } from "vitest";
import { AddMembersRequest, GroupType, MemberScope } from "@parlance/proto/group/v1/group";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench({ env: { PARLANCE_GROUP_MEMBERS_MAX: "30" } });
const add = (fields: Partial<AddMembersRequest>, context = as.user("alice")) =>
  bench().call.addMembers(AddMembersRequest.fromPartial({ guid: CLUB, ...fields }), context);
const codes = async (...asked: Parameters<typeof add>) =>
  (await add(...asked)).results.map(({ uid, errorCode }) => [uid, errorCode]);

const crowd = (from: number, count: number) => Array.from({ length: count }, (_, at) => {
  bench().directory.add("acmechat", `user-${from + at}`);
  return { uid: `user-${from + at}`, scope: MemberScope.PARTICIPANT };
});

describe("adding members", () => {
  it("works in every type of group, at once, each with its scope and action", async () => {
    await bench().group({ type: GroupType.PRIVATE });
    const { results, group } = await add({
      members: [{ uid: "bob", scope: MemberScope.MODERATOR }, { uid: "dave", scope: 0 }], bannedUids: ["erin"],
    });
    expect(results.map(({ action }) => action?.body)).toMatchObject([2, 3, 3].map((membersCount) => ({ value: { membersCount } })));
    expect(group?.membersCount).toBe(3);
    expect(bench().sink.changesOf(CLUB).map(({ kind, newScope }) => [kind, newScope]).slice(1)).toEqual([
      [GroupActionKind.ADDED, MemberScope.MODERATOR], [GroupActionKind.ADDED, MemberScope.PARTICIPANT],
      [GroupActionKind.BANNED, MemberScope.UNSPECIFIED],
    ]);
  });

  it("fails entry by entry", async () => {
    await bench().group({}, CAST);
    await bench().call.banMember({ guid: CLUB, uid: "erin" }, as.user("alice"));
    bench().directory.add("acmechat", "frank");
    const members = ["bob", "ghost", "erin", "alice", "frank"].map((uid) => ({ uid, scope: 0 }));
    expect(await codes({ members })).toEqual([
      ["bob", "ERR_ALREADY_JOINED"], ["ghost", "ERR_UID_NOT_FOUND"], ["erin", "ERR_BANNED_GROUPMEMBER"],
      ["alice", "ERR_GROUP_NO_SELF_ACTION"], ["frank", ""],
    ]);
  });

  it("is refused whole to who may not add", async () => {
    await bench().group({}, CAST);
    const members = [{ uid: "erin", scope: 0 }];
    await expect(add({ members }, as.user("carol"))).rejects.toMatchObject({
      name: "ERR_PERMISSION_DENIED", params: { permission: "addMembers" },
    });
    expect(await refusalOf(add({ members }, as.user("erin")))).toBe("ERR_GROUP_NOT_JOINED");
    expect(await refusalOf(add({ bannedUids: ["erin"] }, as.user("dave")))).toBe("ERR_GROUP_NO_MODERATOR_SCOPE");
    expect(await codes({ bannedUids: ["erin"] }, as.user("carol"))).toEqual([["erin", ""]]);
    expect(await codes({ members, bannedUids: ["bob", "alice"] }, as.server())).toEqual([
      ["erin", "ERR_BANNED_GROUPMEMBER"], ["bob", ""], ["alice", "ERR_GROUP_NO_CLEARANCE"],
    ]);
  });

  it("takes 25 in one call, in the order asked, and fills a group exactly", async () => {
    await bench().group();
    expect((await codes({ members: crowd(0, 25) })).every(([, code]) => code === "")).toBe(true);
    expect((await codes({ members: crowd(25, 6) })).map(([, code]) => code)).toEqual(["", "", "", "", "ERR_NO_VACANCY", "ERR_NO_VACANCY"]);
    expect(bench().sink.changesOf(CLUB).map(({ version }) => version)).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
  });

  it("is refused without or with too many entries, or to a group that is not there", async () => {
    await bench().group();
    expect(await refusalOf(add({}))).toBe("ERR_BAD_REQUEST");
    expect(await refusalOf(add({ members: crowd(0, 20), bannedUids: crowd(20, 6).map(({ uid }) => uid) }))).toBe("ERROR_LIMIT_EXCEEDED");
    expect(await refusalOf(add({ guid: "nothing", members: crowd(0, 1) }))).toBe("ERR_GUID_NOT_FOUND");
    expect(await refusalOf(add({ members: [{ uid: "bob", scope: 7 as MemberScope }] }))).toBe("INVALID_SCOPE_VALUE");
  });
});
