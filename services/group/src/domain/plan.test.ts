import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SYSTEM_UID, uid, type Uid } from "@parlance/platform/ids";
import { GroupType, MemberScope } from "@parlance/proto/group/v1/group";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import { groupOf, rosterWith } from "../testing/rosters.js";
import type { Intent, Rules } from "./decide.js";
import { DEFAULT_POLICY } from "./permission.js";
import { planned, type Plan, type Planning } from "./plan.js";
import type { PendingStep, Roster } from "./roster.js";

const RULES: Rules = { ...DEFAULT_POLICY, membersMax: 6, groupsMax: 100 };
const PEOPLE = ["alice", "bob", "carol", "dave", "erin", "frank", "grace"].map(uid);
const SCOPES = [MemberScope.PARTICIPANT, MemberScope.MODERATOR, MemberScope.ADMIN];

const planning = (actor: string): Planning => ({ actor: uid(actor), rules: RULES, atMs: 2_000, named: () => undefined });
const errorsOf = ({ outcomes }: Plan) => outcomes.map((outcome) => ("refusal" in outcome ? outcome.refusal.name : "done"));

const person = fc.constantFrom(...PEOPLE);
const intents: fc.Arbitrary<readonly [Uid, Intent]> = fc.oneof(
  person.map((who) => [who, { kind: "join", uid: who, admitted: true }] as const),
  person.map((who) => [who, { kind: "leave", uid: who }] as const),
  fc.tuple(
    fc.oneof(person, fc.constant(SYSTEM_UID)), fc.constantFrom("kick", "ban", "unban", "add", "changeScope"), person,
    fc.constantFrom(...SCOPES),
  ).map(([actor, kind, target, scope]) => [actor, { kind, uid: target, exists: true, scope }] as const),
);

function invariantsOf({ group, members, bans }: Roster): void {
  expect(members.get(group.owner)?.scope).toBe(MemberScope.ADMIN);
  expect(group.membersCount).toBe(members.size);
  expect(members.size).toBeLessThanOrEqual(RULES.membersMax);
  expect([...bans.keys()].filter((who) => members.has(who))).toEqual([]);
}

describe("whatever is asked of a group by whomever", () => {
  it("it keeps its owner, its count, its cap, and nobody is both member and banned", () => {
    fc.assert(fc.property(fc.array(intents, { maxLength: 40 }), (asked) => {
      let roster = rosterWith("alice", { bob: MemberScope.MODERATOR });
      for (const [actor, intent] of asked) {
        const plan = planned(roster, [intent], planning(actor));
        expect(plan.after.group.version).toBe(roster.group.version + plan.changes.length);
        expect(plan.after === roster).toBe(plan.changes.length === 0);
        roster = plan.after;
        invariantsOf(roster);
      }
    }));
  });
});

describe("several intents", () => {
  const add = (who: string): Intent => ({ kind: "add", uid: uid(who), exists: true, scope: MemberScope.PARTICIPANT });

  it("are decided one after the other, and a refused one fails nothing else", () => {
    const roster = rosterWith("alice", { bob: MemberScope.PARTICIPANT, x: MemberScope.PARTICIPANT, y: MemberScope.PARTICIPANT });
    const plan = planned(roster, ["carol", "bob", "dave", "erin"].map(add), planning("alice"));
    expect(errorsOf(plan)).toEqual(["done", "ERR_ALREADY_JOINED", "done", "ERR_NO_VACANCY"]);
    expect(plan.changes.map(({ group }) => [group.version, group.membersCount])).toEqual([[1, 5], [2, 6]]);
  });

  it("of users in too many groups are refused with the limit", () => {
    const roster = { ...rosterWith("alice", {}), full: new Set([uid("bob")]) };
    const plan = planned(roster, [add("bob")], planning("alice"));
    expect(plan.outcomes[0]).toMatchObject({ refusal: { name: "ERR_PLAN_QUOTA_RESTRICTION", params: { limit: 100 } } });
  });
});

describe("a repeat of what messaging has not heard of", () => {
  const pending: PendingStep = {
    eventId: "m", incarnation: groupOf().incarnation, kind: GroupActionKind.KICKED, uid: uid("bob"), by: uid("alice"),
    newScope: MemberScope.UNSPECIFIED,
  };
  const kick: Intent = { kind: "kick", uid: uid("bob"), exists: true };
  const repeats = (step: PendingStep, actor = "alice", intent = kick) =>
    planned({ ...rosterWith("alice", {}), pending: [step] }, [intent], planning(actor)).outcomes[0];

  it("is the change that was made", () => {
    expect(repeats(pending)).toEqual({ repeated: pending });
  });

  it("is only that of the same actor, kind and group", () => {
    expect(repeats({ ...pending, by: uid("carol") })).toHaveProperty("refusal");
    expect(repeats({ ...pending, kind: GroupActionKind.LEFT })).toHaveProperty("refusal");
    expect(repeats({ ...pending, incarnation: "ba9876543210" })).toHaveProperty("refusal");
  });
});

describe("joining", () => {
  const join = (roster: Roster, who = "erin", admitted = false) =>
    errorsOf(planned(roster, [{ kind: "join", uid: uid(who), admitted }], planning(who)));

  it("is refused in the order of the checks", () => {
    const closed = rosterWith("alice", {}, { type: GroupType.PRIVATE });
    const ban = { uid: uid("erin"), name: "", nameAtMs: 0, formerScope: 0, bannedAtMs: 1, bannedBy: uid("alice") };
    expect(join({ ...closed, bans: new Map([[uid("erin"), ban]]) })).toEqual(["ERR_BANNED_GROUPMEMBER"]);
    expect(join(closed, "alice")).toEqual(["ERR_ALREADY_JOINED"]);
    expect(join(closed)).toEqual(["ERR_GROUP_JOIN_NOT_ALLOWED"]);
    expect(join(rosterWith("alice", {}, { type: GroupType.PASSWORD, membersCount: 6 }))).toEqual(["ERR_EMPTY_GROUP_PASS"]);
    expect(join(rosterWith("alice", {}, { type: GroupType.PASSWORD, membersCount: 6 }), "erin", true)).toEqual(["ERR_NO_VACANCY"]);
  });
});
