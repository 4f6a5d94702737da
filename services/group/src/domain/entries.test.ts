import { expect, it } from "vitest";
import { MemberScope } from "@parlance/proto/group/v1/group";
import { entriesOf } from "./entries.js";

it("takes a uid once, with the highest of admin, moderator, participant, ban", () => {
  const entries = entriesOf([
    { uid: "bob", scope: MemberScope.UNSPECIFIED }, { uid: "carol", scope: MemberScope.ADMIN },
    { uid: "bob", scope: MemberScope.MODERATOR }, { uid: "carol", scope: MemberScope.PARTICIPANT },
  ], ["carol", "dave", "dave"]);
  expect(entries).toEqual([
    { uid: "bob", ban: false, scope: MemberScope.MODERATOR }, { uid: "carol", ban: false, scope: MemberScope.ADMIN },
    { uid: "dave", ban: true },
  ]);
});

it("refuses more than 25 users together, and counts each once", () => {
  const members = Array.from({ length: 25 }, (_, at) => ({ uid: `user-${at}`, scope: MemberScope.PARTICIPANT }));
  expect(entriesOf(members, ["user-1"])).toHaveLength(25);
  expect(() => entriesOf(members, ["one-more"])).toThrow(
    expect.objectContaining({ name: "ERROR_LIMIT_EXCEEDED", params: { limit: 25 } }),
  );
});
