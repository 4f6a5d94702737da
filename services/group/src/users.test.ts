import { expect, it } from "vitest";
import { ListBansRequest, ListMembersRequest } from "@parlance/proto/group/v1/group";
import { UserStatus } from "@parlance/proto/identity/v1/identity";
import { CAST, CLUB, as } from "./testing/bench.js";
import { withBench } from "./testing/with-bench.js";

const bench = withBench();
it("asks identity once a minute for a user", async () => {
  await bench().group({}, CAST);
  const before = bench().directory.calls;
  await bench().add("dave");
  await bench().add("dave");
  expect(bench().directory.calls).toBe(before);
  await bench().clock.advance(60_000);
  await bench().add("dave");
  expect(bench().directory.calls).toBe(before + 1);
});

it("asks again for who is not there: that may change any moment", async () => {
  await bench().group({}, CAST);
  expect((await bench().add("frank")).results[0]?.errorCode).toBe("ERR_UID_NOT_FOUND");
  bench().directory.add("acmechat", "frank");
  expect((await bench().add("frank")).results[0]?.success).toBe(true);
});

it("knows users of the app of the call only", async () => {
  await bench().group({}, CAST);
  bench().directory.add("othercorp", "mallory");
  expect((await bench().add("mallory")).results[0]?.errorCode).toBe("ERR_UID_NOT_FOUND");
});

it("shows who is online, and who was last, as it is this moment", async () => {
  const { call, directory } = bench();
  await bench().group({}, CAST);
  await call.banMember({ guid: CLUB, uid: "erin" }, as.user("alice"));
  for (const fields of [{ status: UserStatus.ONLINE }, { status: UserStatus.OFFLINE, lastActiveAtMs: 5 }]) {
    for (const uid of ["dave", "erin"]) directory.add("acmechat", uid, uid, fields);
    const { members } = await call.listMembers(ListMembersRequest.fromPartial({ guid: CLUB }), as.user("alice"));
    const { bans } = await call.listBans(ListBansRequest.fromPartial({ guid: CLUB }), as.user("alice"));
    const { member } = await call.getMember({ guid: CLUB, uid: "dave" }, as.user("alice"));
    expect(members.find(({ user }) => user?.uid === "dave")?.user).toMatchObject(fields);
    expect([bans[0]?.user, member?.user]).toMatchObject([{ uid: "erin", ...fields }, { uid: "dave", ...fields }]);
  }
});
