import { describe, expect, it } from "vitest";
import { AppError, type ErrorName } from "@parlance/platform/errors";
import { SYSTEM_UID, uid } from "@parlance/platform/ids";
import { MemberScope } from "@parlance/proto/group/v1/group";
import { rosterWith } from "../testing/rosters.js";
import { decide, checkOperation, type Intent, type Rules } from "./decide.js";
import { DEFAULT_POLICY, type Operation, type Rank } from "./permission.js";

const RULES: Rules = { ...DEFAULT_POLICY, membersMax: 100, groupsMax: 100 };

// Each rank acts and is acted on by another person, except the owner, of whom there is one.
const ACTORS = {
  owner: "owner", admin: "admin", moderator: "moderator", participant: "participant", none: "stranger",
  server: SYSTEM_UID,
} as const satisfies Record<Rank, string>;
const TARGETS = {
  owner: "owner", admin: "other-admin", moderator: "other-moderator", participant: "other-participant",
  none: "other-stranger",
} as const;

const { PARTICIPANT, MODERATOR, ADMIN } = MemberScope;
const ROSTER = rosterWith("owner", {
  "admin": ADMIN, "other-admin": ADMIN, "moderator": MODERATOR, "other-moderator": MODERATOR,
  "participant": PARTICIPANT, "other-participant": PARTICIPANT,
});

const CODES: Readonly<Record<string, ErrorName | "yes">> = {
  yes: "yes", self: "ERR_GROUP_NO_SELF_ACTION", rank: "ERR_GROUP_NO_CLEARANCE", mod: "ERR_GROUP_NO_MODERATOR_SCOPE",
  out: "ERR_GROUP_NOT_JOINED", not: "ERR_NOT_A_MEMBER", perm: "ERR_PERMISSION_DENIED", in: "ERR_ALREADY_JOINED",
  same: "ERR_SAME_SCOPE", give: "ERR_GROUP_NO_SCOPE_CLEARANCE",
};

function answer(act: () => unknown): ErrorName | "yes" {
  try {
    act();
    return "yes";
  } catch (error) {
    if (error instanceof AppError) return error.name;
    throw error;
  }
}

type Kind = "kick" | "ban" | "unban" | "add" | "changeScope";

function asked(actor: string, kind: Kind, target: string, scope: MemberScope, rules: Rules) {
  const intent = { kind, uid: uid(target), exists: true, scope } as Intent;
  return answer(() => decide(ROSTER, uid(actor), intent, rules));
}

interface Table {
  readonly title: string;
  readonly kind: Kind;
  readonly scope?: MemberScope;
  readonly rules?: Rules;
  /** Columns: owner, admin, moderator, participant, non-member. */
  readonly rows: Readonly<Partial<Record<Rank, string>>>;
}

const ALL_MAY_ADD: Rules = { ...RULES, addMembers: [ADMIN, MODERATOR, PARTICIPANT] };
const ONLY_OWNER_ON_ADMINS: Rules = { ...RULES, adminsCanActOnAdmins: false };
const NOBODY = { participant: "mod mod mod mod mod", none: "out out out out out" };

const TABLES: readonly Table[] = [
  { title: "kick", kind: "kick", rows: {
    owner: "self yes yes yes not", admin: "rank yes yes yes not", moderator: "rank rank rank yes not",
    server: "rank yes yes yes not", ...NOBODY,
  } },
  { title: "ban", kind: "ban", rows: {
    owner: "self yes yes yes yes", admin: "rank yes yes yes yes", moderator: "rank rank rank yes yes",
    server: "rank yes yes yes yes", ...NOBODY,
  } },
  { title: "make a participant", kind: "changeScope", scope: PARTICIPANT, rows: {
    owner: "self yes yes same not", admin: "rank yes yes same not", moderator: "rank rank yes same not",
    server: "rank yes yes same not", ...NOBODY,
  } },
  { title: "make a moderator", kind: "changeScope", scope: MODERATOR, rows: {
    owner: "self yes same yes not", admin: "rank yes same yes not", moderator: "rank rank same yes not",
    server: "rank yes same yes not", ...NOBODY,
  } },
  { title: "make an admin", kind: "changeScope", scope: ADMIN, rows: {
    owner: "self same yes yes not", admin: "rank same yes yes not", moderator: "rank rank give give not",
    server: "rank same yes yes not", ...NOBODY,
  } },
  { title: "add as admin", kind: "add", scope: ADMIN, rows: {
    owner: "self in in in yes", admin: "in in in in yes", moderator: "perm perm perm perm perm",
    participant: "perm perm perm perm perm", none: "out out out out out", server: "in in in in yes",
  } },
  { title: "add as admin, where all may add", kind: "add", scope: ADMIN, rules: ALL_MAY_ADD, rows: {
    owner: "self in in in yes", admin: "in in in in yes", moderator: "give give give give give",
    participant: "give give give give give", none: "out out out out out",
  } },
  { title: "add as moderator, where all may add", kind: "add", scope: MODERATOR, rules: ALL_MAY_ADD, rows: {
    moderator: "in in in in yes", participant: "give give give give give",
  } },
  { title: "add as participant, where all may add", kind: "add", scope: PARTICIPANT, rules: ALL_MAY_ADD, rows: {
    moderator: "in in in in yes", participant: "in in in in yes",
  } },
  { title: "kick, where only the owner acts on admins", kind: "kick", rules: ONLY_OWNER_ON_ADMINS, rows: {
    owner: "self yes yes yes not", admin: "rank rank yes yes not", moderator: "rank rank rank yes not",
    server: "rank yes yes yes not",
  } },
  { title: "demote, where only the owner acts on admins", kind: "changeScope", scope: PARTICIPANT,
    rules: ONLY_OWNER_ON_ADMINS, rows: { owner: "self yes yes same not", admin: "rank rank yes same not" } },
];

describe.each(TABLES)("who may $title", ({ kind, scope = PARTICIPANT, rules = RULES, rows }) => {
  it.each(Object.entries(rows))("by %s", (rank, row) => {
    const answers = Object.values(TARGETS).map((target) => asked(ACTORS[rank as Rank], kind, target, scope, rules));
    expect(answers).toEqual(row.split(" ").map((word) => CODES[word]));
  });
});

const M = "ERR_GROUP_NO_MODERATOR_SCOPE";
const A = "ERR_GROUP_NO_ADMIN_SCOPE";
const C = "ERR_GROUP_NO_CLEARANCE";
const OPERATIONS: Readonly<Record<Operation, Partial<Record<Rank, ErrorName>>>> = {
  listMembers: {},
  addMembers: { moderator: "ERR_PERMISSION_DENIED", participant: "ERR_PERMISSION_DENIED" },
  kick: { participant: M },
  ban: { participant: M },
  unban: { participant: M },
  listBans: { participant: M },
  changeScope: { participant: M },
  updateGroup: { participant: M },
  changeHistoryVisibility: { moderator: A, participant: A },
  deleteGroup: { moderator: A, participant: A },
  transferOwnership: { admin: C, moderator: C, participant: C },
};

it.each(Object.entries(OPERATIONS))("%s belongs to the ranks of the matrix", (operation, refusals) => {
  for (const [rank, actor] of Object.entries(ACTORS)) {
    const refusal = rank === "none" ? "ERR_GROUP_NOT_JOINED" : refusals[rank as Rank] ?? "yes";
    expect([rank, answer(() => checkOperation(ROSTER, uid(actor), operation as Operation, RULES))]).toEqual([rank, refusal]);
  }
});

it("says which permission is missing", () => {
  expect(() => checkOperation(ROSTER, uid("participant"), "addMembers", RULES))
    .toThrow(expect.objectContaining({ params: { permission: "addMembers" } }));
});
