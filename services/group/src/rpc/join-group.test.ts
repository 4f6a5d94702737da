import { describe, expect, it } from "vitest";
import { GroupType, MemberScope } from "@parlance/proto/group/v1/group";
import { CLUB, as } from "../testing/bench.js";
import { refusalOf } from "../testing/refusal.js";
import { withBench } from "../testing/with-bench.js";

const bench = withBench({ env: { PARLANCE_GROUP_PASSWORD_TRIES_PER_GROUP_PER_MINUTE: "12" } });
const join = (who: string, password = "", guid: string = CLUB) => bench().call.joinGroup({ guid, password }, as.user(who));
const locked = () => bench().group({ type: GroupType.PASSWORD, password: "sesame" });

describe("joining a public group", () => {
  it("makes a participant and answers group and action", async () => {
    await bench().group();
    const { group, action } = await join("bob");
    expect(group).toMatchObject({ hasJoined: true, scope: MemberScope.PARTICIPANT, membersCount: 2 });
    expect(action?.body).toMatchObject({ value: { by: { id: "bob" }, membersCount: 2 } });
  });

  it("is refused to members, to banned users, in private groups, and where there is none", async () => {
    await bench().group();
    await join("bob");
    await bench().call.banMember({ guid: CLUB, uid: "carol" }, as.user("alice"));
    await bench().group({ guid: "closed", type: GroupType.PRIVATE });
    expect([
      await refusalOf(join("bob")), await refusalOf(join("carol")), await refusalOf(join("bob", "", "closed")),
      await refusalOf(join("bob", "", "nothing")),
    ]).toEqual(["ERR_ALREADY_JOINED", "ERR_BANNED_GROUPMEMBER", "ERR_GROUP_JOIN_NOT_ALLOWED", "ERR_GUID_NOT_FOUND"]);
  });

  it("needs a user to act", async () => {
    await bench().group();
    expect(await refusalOf(bench().call.joinGroup({ guid: CLUB, password: "" }, as.server()))).toBe("ERR_BAD_REQUEST");
    expect(await refusalOf(bench().call.joinGroup({ guid: CLUB, password: "" }, as.onBehalfOf("bob")))).toBe("done");
  });
});

describe("joining a password group", () => {
  it("takes the password", async () => {
    await locked();
    expect([await refusalOf(join("bob")), await refusalOf(join("bob", "Sesame")), await refusalOf(join("bob", "sesame"))])
      .toEqual(["ERR_EMPTY_GROUP_PASS", "ERR_WRONG_GROUP_PASS", "done"]);
  });

  it("lets a user try five times a minute (S26)", async () => {
    await locked();
    for (let tries = 0; tries < 5; tries += 1) expect(await refusalOf(join("bob", "guess"))).toBe("ERR_WRONG_GROUP_PASS");
    await expect(join("bob", "sesame")).rejects.toMatchObject({ name: "ERR_TOO_MANY_REQUESTS", retryAfterMs: 12_000 });
    await bench().clock.advance(12_000);
    expect(await refusalOf(join("bob", "sesame"))).toBe("done");
  });

  it("lets all users together try so often at one group", async () => {
    await locked();
    const tries = [];
    for (const who of ["bob", "carol", "dave"]) for (let n = 0; n < 5; n += 1) tries.push(await refusalOf(join(who, "guess")));
    expect(tries.filter((name) => name === "ERR_WRONG_GROUP_PASS")).toHaveLength(12);
    expect(tries.slice(12)).toEqual(Array(3).fill("ERR_TOO_MANY_REQUESTS"));
  });

  it("asks no password of a member or a banned user", async () => {
    await locked();
    await join("bob", "sesame");
    expect(await refusalOf(join("bob"))).toBe("ERR_ALREADY_JOINED");
  });
});
