import { beforeEach, describe, expect, it } from "vitest";
import { ListMembersRequest, MemberScope } from "@parlance/proto/group/v1/group";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();
const list = (fields: Partial<ListMembersRequest> = {}, context = as.user("dave")) =>
  bench().call.listMembers(ListMembersRequest.fromPartial({ guid: CLUB, ...fields }), context);
const uids = async (...asked: Parameters<typeof list>) => (await list(...asked)).members.map(({ user }) => user?.uid);

const ORDER = ["bob", "alice", "carol", "u2", "u1", "dave"];

beforeEach(async () => {
  const names = { alice: "Zoe Adams", bob: "Bob", carol: "Carol", dave: "Müller, Zac", u1: "ann b", u2: "Ann A" };
  for (const [uid, name] of Object.entries(names)) bench().directory.add("acmechat", uid, name);
  await bench().group({}, CAST);
  await bench().add("u1", "u2");
});

describe("the list of members", () => {
  it("goes by scope from the highest, then name whatever its case, then uid", async () => {
    expect(await uids()).toEqual(ORDER);
  });

  it("filters by scopes and by the start of uid or any word of the name", async () => {
    expect(await uids({ scopes: [MemberScope.PARTICIPANT, MemberScope.MODERATOR] })).toEqual(ORDER.slice(2));
    expect(await uids({ searchKey: "ANN" })).toEqual(["u2", "u1"]);
    expect(await uids({ searchKey: "z" })).toEqual(["alice", "dave"]);
    expect(await uids({ searchKey: "z", scopes: [MemberScope.PARTICIPANT] })).toEqual(["dave"]);
    expect(await uids({ searchKey: "u" })).toEqual(["u2", "u1"]);
    expect(await uids({ searchKey: "%" })).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7])("comes whole in pages of %i, by token and by number", async (pageSize) => {
    const byToken = [];
    let pageToken = "";
    do {
      const page = await list({ pageSize, pageToken });
      byToken.push(...page.members.map(({ user }) => user?.uid));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    const byNumber = [];
    for (let offset = 0; offset < 8; offset += pageSize) byNumber.push(...await uids({ pageSize, offset }));
    expect([byToken, byNumber]).toEqual([ORDER, ORDER]);
  });

  it("answers the total of what is filtered", async () => {
    expect((await list({ withTotal: true, pageSize: 1 })).total).toBe(6);
    expect((await list({ withTotal: true, scopes: [MemberScope.ADMIN] })).total).toBe(2);
    expect((await list({ withTotal: true, searchKey: "ann" })).total).toBe(2);
  });

  it("is for members and the server", async () => {
    expect(await refusalOf(list({}, as.user("erin")))).toBe("ERR_GROUP_NOT_JOINED");
    expect(await uids({ pageSize: 1 }, as.server())).toEqual(["bob"]);
    expect(await refusalOf(list({ guid: "nothing" }))).toBe("ERR_GUID_NOT_FOUND");
    expect(await refusalOf(list({ pageToken: "W10" }))).toBe("ERR_BAD_REQUEST");
  });
});
