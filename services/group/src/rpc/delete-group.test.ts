import { beforeEach, describe, expect, it } from "vitest";
import { ListGroupsRequest } from "@parlance/proto/group/v1/group";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();
const remove = (context = as.user("bob")) => bench().call.deleteGroup({ guid: CLUB }, context);
const joined = async (uid: string) => (await bench().call.listJoinedGuids({ uid }, as.peer())).guids;

beforeEach(async () => {
  await bench().group({}, CAST);
  await bench().facts();
});

describe("a deletion", () => {
  it("takes the group and its memberships away and tells members, messaging and caches", async () => {
    await remove(as.user("bob", { sessionId: "s1" }));
    expect(await refusalOf(bench().call.getGroup({ guid: CLUB }, as.server()))).toBe("ERR_GUID_NOT_FOUND");
    expect(await joined("dave")).toEqual([]);
    expect((await bench().call.listGroups(ListGroupsRequest.create(), as.server())).groups).toEqual([]);
    expect(bench().sink.applied.at(-1)).toMatchObject({ body: { $case: "groupChanged", value: { deleted: true } } });
    const facts = await bench().facts();
    expect(facts.map(({ record }) => [record.key, record.headers.kind, record.headers.origin])).toEqual([
      [`acmechat/g:${CLUB}`, "groupDeleted", "s1"], [`acmechat/s:group:${CLUB}`, "groupChanged", undefined],
    ]);
    expect(facts[0]?.event.body?.value).toMatchObject({ group: { name: "Book Club" }, deletedBy: { id: "bob" } });
    expect(facts[1]?.event.id).toBe(bench().sink.applied.at(-1)?.id);
  });

  it("is for admins and the server", async () => {
    expect(await refusalOf(remove(as.user("carol")))).toBe("ERR_GROUP_NO_ADMIN_SCOPE");
    expect(await refusalOf(remove(as.user("erin")))).toBe("ERR_GROUP_NOT_JOINED");
    expect(await refusalOf(remove(as.server()))).toBe("done");
    expect(await refusalOf(remove(as.server()))).toBe("ERR_GUID_NOT_FOUND");
  });

  it("frees the guid for a group that has nothing of the old one", async () => {
    await bench().call.banMember({ guid: CLUB, uid: "erin" }, as.user("alice"));
    const before = bench().sink.changesOf(CLUB)[0]!.incarnation;
    await remove();
    expect((await bench().group()).membersCount).toBe(1);
    expect(await joined("dave")).toEqual([]);
    expect(await refusalOf(bench().call.joinGroup({ guid: CLUB, password: "" }, as.user("erin")))).toBe("done");
    expect(bench().sink.changesOf(CLUB).at(-1)!.incarnation).not.toBe(before);
  });

  it("erases what the group left", async () => {
    await remove();
    await bench().settle();
    expect(await bench().sqlite.write("group.eraseSome", { limit: 1 })).toBe(false);
  });

  it("answers a repeat when messaging had not heard of it", async () => {
    bench().sink.state = "away";
    expect(await refusalOf(remove())).toBe("ERR_OPERATION_FAILED");
    bench().sink.state = "here";
    expect(await refusalOf(remove(as.user("alice")))).toBe("ERR_GUID_NOT_FOUND");
    expect(await refusalOf(remove())).toBe("done");
    await bench().settle();
    expect(await refusalOf(remove())).toBe("ERR_GUID_NOT_FOUND");
  });

  it("is told before anything of a later group of the guid", async () => {
    bench().sink.state = "away";
    await refusalOf(remove());
    bench().sink.state = "here";
    await bench().group();
    expect(bench().sink.deliveries.at(-1)?.map(({ body }) => body?.$case)).toEqual(["groupChanged", "membershipChanged"]);
  });
});
