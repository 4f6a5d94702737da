import { beforeEach, describe, expect, it } from "vitest";
import { GroupType, HistoryVisibility, UpdateGroupRequest } from "@parlance/proto/group/v1/group";
import { CAST, CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench();
const update = (fields: Partial<UpdateGroupRequest>, context = as.user("carol")) =>
  bench().call.updateGroup(UpdateGroupRequest.fromPartial({ guid: CLUB, ...fields }), context);

beforeEach(async () => {
  await bench().group({ icon: "https://example.com/i.png", tags: ["a"], metadataJson: '{"a":1}' }, CAST);
  await bench().facts();
});

describe("an update", () => {
  it("changes what is given and tells members and caches, but not the session that did it", async () => {
    await bench().clock.advance(5);
    const { group } = await update({ name: "Film Club", replaceTags: true, tags: ["b", "b"] }, as.user("carol", { sessionId: "s1" }));
    expect(group).toMatchObject({
      name: "Film Club", tags: ["b"], icon: "https://example.com/i.png", updatedBy: "carol", updatedAtMs: bench().clock.now(),
    });
    const [told, cached] = await bench().facts();
    expect(told?.record).toMatchObject({ key: `acmechat/g:${CLUB}`, headers: { kind: "groupUpdated", origin: "s1" } });
    expect(told?.event).toMatchObject({ appId: "", body: { value: { group: { name: "Film Club", hasJoined: false }, updatedBy: { id: "carol" } } } });
    expect(cached?.record.key).toBe(`acmechat/s:group:${CLUB}`);
    expect(cached?.event).toMatchObject({ appId: "acmechat", body: { $case: "groupChanged", value: { deleted: false } } });
  });

  it("clears fields, and tells nothing when nothing is different", async () => {
    expect((await update({ unset: ["icon", "metadata"] })).group).toMatchObject({ icon: "", metadataJson: "" });
    await bench().facts();
    await update({ name: "Book Club" });
    expect(await bench().facts()).toEqual([]);
  });

  it("is for moderators, and the history's visibility for admins", async () => {
    const historyVisibility = HistoryVisibility.SINCE_JOIN;
    expect(await refusalOf(update({ name: "x" }, as.user("dave")))).toBe("ERR_GROUP_NO_MODERATOR_SCOPE");
    expect(await refusalOf(update({ name: "x" }, as.user("erin")))).toBe("ERR_GROUP_NOT_JOINED");
    expect(await refusalOf(update({ historyVisibility }))).toBe("ERR_GROUP_NO_ADMIN_SCOPE");
    expect(await refusalOf(update({ historyVisibility: HistoryVisibility.FULL }))).toBe("done");
    expect((await update({ historyVisibility }, as.user("bob"))).group?.historyVisibility).toBe(historyVisibility);
  });

  it("is refused for bad input", async () => {
    for (const fields of [{ name: " " }, { unset: ["owner"] }, { replaceTags: true, tags: [""] }, { metadataJson: "1" }]) {
      expect(await refusalOf(update(fields))).toBe("ERR_BAD_REQUEST");
    }
    expect(await refusalOf(update({ guid: "nothing" }))).toBe("ERR_GUID_NOT_FOUND");
  });
});

describe("type and password", () => {
  it("are changed by the server alone; the same type may be repeated", async () => {
    expect(await refusalOf(update({ type: GroupType.PRIVATE }, as.user("alice")))).toBe("ERR_PERMISSION_DENIED");
    expect(await refusalOf(update({ password: "x" }, as.onBehalfOf("alice")))).toBe("ERR_PERMISSION_DENIED");
    expect(await refusalOf(update({ type: GroupType.PUBLIC }))).toBe("done");
  });

  it("go together: a password group has one, another has none, and members stay", async () => {
    expect(await refusalOf(update({ type: GroupType.PASSWORD }, as.server()))).toBe("ERR_EMPTY_GROUP_PASS");
    expect((await update({ type: GroupType.PASSWORD, password: "one" }, as.server())).group?.membersCount).toBe(4);
    const join = (password: string) => bench().call.joinGroup({ guid: CLUB, password }, as.user("erin"));
    expect(await refusalOf(join("wrong"))).toBe("ERR_WRONG_GROUP_PASS");
    await update({ password: "two" }, as.server());
    expect(await refusalOf(join("one"))).toBe("ERR_WRONG_GROUP_PASS");
    await update({ type: GroupType.PUBLIC }, as.server());
    expect(await refusalOf(update({ type: GroupType.PASSWORD }, as.server()))).toBe("ERR_EMPTY_GROUP_PASS");
    expect(await refusalOf(join(""))).toBe("done");
  });
});

it("two updates at once both hold", async () => {
  await Promise.all([update({ name: "Film Club" }), update({ description: "Films" }, as.user("bob"))]);
  expect((await update({})).group).toMatchObject({ name: "Film Club", description: "Films" });
});
