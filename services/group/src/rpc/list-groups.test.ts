import { beforeEach, describe, expect, it } from "vitest";
import { type CreateGroupRequest, GroupType, ListGroupsRequest } from "@parlance/proto/group/v1/group";
import { as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();
const list = (fields: Partial<ListGroupsRequest> = {}, context = as.user("bob")) =>
  bench().call.listGroups(ListGroupsRequest.fromPartial(fields), context);
const guids = async (...asked: Parameters<typeof list>) => (await list(...asked)).groups.map(({ guid }) => guid);

const GROUPS: readonly Partial<CreateGroupRequest>[] = [
  { guid: "chess", name: "Chess Friends", tags: ["games"] },
  { guid: "art", name: "art & books", tags: ["culture"] },
  { guid: "locked", name: "Books, locked", type: GroupType.PASSWORD, password: "x", tags: ["culture"] },
  { guid: "ours", name: "Bobs Books", type: GroupType.PRIVATE, members: [{ uid: "bob", scope: 0 }] },
  { guid: "theirs", name: "Theirs", type: GroupType.PRIVATE },
];

beforeEach(async () => {
  for (const fields of GROUPS) await bench().group(fields);
  await bench().call.addMembers({ guid: "ours", members: [{ uid: "bob", scope: 0 }], bannedUids: [] }, as.user("alice"));
});

describe("the list of groups", () => {
  it("shows public and password groups and the viewer's private ones, by name", async () => {
    expect(await guids()).toEqual(["art", "ours", "locked", "chess"]);
    expect(await guids({}, as.server())).toEqual(["art", "ours", "locked", "chess", "theirs"]);
    expect(await guids({}, as.user("bob", { app: "othercorp" }))).toEqual([]);
  });

  it("says what the viewer is to each", async () => {
    const { groups } = await list({ withTags: true });
    expect(groups.map(({ guid, hasJoined, tags }) => [guid, hasJoined, tags.join()])).toEqual([
      ["art", false, "culture"], ["ours", true, ""], ["locked", false, "culture"], ["chess", false, "games"],
    ]);
    expect((await list()).groups.every(({ tags }) => tags.length === 0)).toBe(true);
  });

  it("filters by words, tags, types and membership", async () => {
    expect(await guids({ searchKey: "BOOKS" })).toEqual(["art", "ours", "locked"]);
    expect(await guids({ searchKey: "che" })).toEqual(["chess"]);
    expect(await guids({ searchKey: "ooks" })).toEqual([]);
    expect(await guids({ tags: ["culture", "other"] })).toEqual(["art", "locked"]);
    expect(await guids({ types: [GroupType.PRIVATE, GroupType.PASSWORD] })).toEqual(["ours", "locked"]);
    expect(await guids({ joinedOnly: true })).toEqual(["ours"]);
    expect(await guids({ searchKey: "books", tags: ["culture"], types: [GroupType.PUBLIC] })).toEqual(["art"]);
  });

  it("comes in pages by token and by number, with the total", async () => {
    const first = await list({ pageSize: 3, withTotal: true });
    expect([first.groups.length, first.total]).toEqual([3, 4]);
    const second = await list({ pageSize: 3, pageToken: first.nextPageToken });
    expect([second.groups.map(({ guid }) => guid), second.nextPageToken]).toEqual([["chess"], ""]);
    expect(await guids({ pageSize: 2, offset: 1 })).toEqual(["ours", "locked"]);
  });

  it("refuses what is no token or page size", async () => {
    expect(await refusalOf(list({ pageToken: "x" }))).toBe("ERR_BAD_REQUEST");
    expect(await refusalOf(list({ pageSize: 1_001 }))).toBe("ERROR_LIMIT_EXCEEDED");
  });

  it("takes every text as text", async () => {
    for (const searchKey of ["%", "_", "' OR 1=1 --", "\u{10FFFF}", "*"]) expect(await guids({ searchKey })).toEqual([]);
  });

  it("follows a change of name, and forgets a deleted group", async () => {
    await bench().call.deleteGroup({ guid: "art" }, as.user("alice"));
    expect(await guids({ searchKey: "books" })).toEqual(["ours", "locked"]);
  });
});
