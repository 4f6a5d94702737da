// Who may do what in a group (chat.md 10.5 – 10.9), as tables. Answers name the refusal; undefined means yes.

import type { ErrorName } from "@parlance/platform/errors";
import { SYSTEM_UID, type Uid } from "@parlance/platform/ids";
import { MemberScope } from "@parlance/proto/group/v1/group";
import type { Roster } from "./roster.js";

export type Rank = "server" | "owner" | "admin" | "moderator" | "participant" | "none";

export type Operation =
  | "listMembers" | "addMembers" | "kick" | "ban" | "unban" | "listBans" | "changeScope"
  | "updateGroup" | "changeHistoryVisibility" | "deleteGroup" | "transferOwnership";

/** Settings that move the borders. */
export interface Policy {
  /** False: only the owner acts on admins. */
  readonly adminsCanActOnAdmins: boolean;
  /** Scopes whose members may add others (a scope permission, chat.md 5.4). */
  readonly addMembers: readonly MemberScope[];
}

export const DEFAULT_POLICY: Policy = { adminsCanActOnAdmins: true, addMembers: [MemberScope.ADMIN] };

const RANK_OF_SCOPE = {
  [MemberScope.UNSPECIFIED]: "none", [MemberScope.PARTICIPANT]: "participant",
  [MemberScope.MODERATOR]: "moderator", [MemberScope.ADMIN]: "admin",
} as const satisfies Record<MemberScope, Rank>;

const HEIGHT: Readonly<Record<Rank, number>> = {
  none: 0, participant: 1, moderator: 2, admin: 3, owner: 4, server: 5,
};

export function scopeOf({ members }: Pick<Roster, "members">, uid: Uid): MemberScope {
  return members.get(uid)?.scope ?? MemberScope.UNSPECIFIED;
}

export function rankOf(roster: Pick<Roster, "group" | "members">, uid: Uid): Rank {
  if (uid === SYSTEM_UID) return "server";
  return roster.group.owner === uid ? "owner" : RANK_OF_SCOPE[scopeOf(roster, uid)];
}

interface Needs {
  readonly least: Rank;
  readonly refusal: ErrorName;
}

const NEEDS: Readonly<Record<Exclude<Operation, "addMembers">, Needs>> = {
  listMembers: { least: "participant", refusal: "ERR_GROUP_NOT_JOINED" },
  kick: { least: "moderator", refusal: "ERR_GROUP_NO_MODERATOR_SCOPE" },
  ban: { least: "moderator", refusal: "ERR_GROUP_NO_MODERATOR_SCOPE" },
  unban: { least: "moderator", refusal: "ERR_GROUP_NO_MODERATOR_SCOPE" },
  listBans: { least: "moderator", refusal: "ERR_GROUP_NO_MODERATOR_SCOPE" },
  changeScope: { least: "moderator", refusal: "ERR_GROUP_NO_MODERATOR_SCOPE" },
  updateGroup: { least: "moderator", refusal: "ERR_GROUP_NO_MODERATOR_SCOPE" },
  changeHistoryVisibility: { least: "admin", refusal: "ERR_GROUP_NO_ADMIN_SCOPE" },
  deleteGroup: { least: "admin", refusal: "ERR_GROUP_NO_ADMIN_SCOPE" },
  transferOwnership: { least: "owner", refusal: "ERR_GROUP_NO_CLEARANCE" },
};

const SCOPE_OF_RANK: Readonly<Partial<Record<Rank, MemberScope>>> = {
  admin: MemberScope.ADMIN, moderator: MemberScope.MODERATOR, participant: MemberScope.PARTICIPANT,
};

/** Scope permissions do not bind the owner. */
function mayAdd(rank: Rank, { addMembers }: Policy): boolean {
  const scope = SCOPE_OF_RANK[rank];
  return scope === undefined || addMembers.includes(scope);
}

export function isMember(rank: Rank): boolean {
  return rank !== "none";
}

/** Whether members of this rank have the operation at all. */
export function refusedOperation(operation: Operation, actor: Rank, policy: Policy): ErrorName | undefined {
  if (actor === "server") return undefined;
  if (actor === "none") return "ERR_GROUP_NOT_JOINED";
  if (operation === "addMembers") return mayAdd(actor, policy) ? undefined : "ERR_PERMISSION_DENIED";
  const { least, refusal } = NEEDS[operation];
  return HEIGHT[actor] >= HEIGHT[least] ? undefined : refusal;
}

/** Operations whose right depends on the rank of the member concerned. */
export type OperationOnMember = "kick" | "ban" | "changeScope";

/** Highest rank a moderator may act on. */
const MODERATORS_REACH: Readonly<Record<OperationOnMember, Rank>> = {
  kick: "participant", ban: "participant", changeScope: "moderator",
};

/** Whether the actor, who has the operation, may use it on a member of this rank. Nobody acts on the owner (10.7). */
export function refusedTarget(
  operation: OperationOnMember, actor: Rank, target: Rank, policy: Policy,
): ErrorName | undefined {
  if (target === "owner") return "ERR_GROUP_NO_CLEARANCE";
  if (actor === "server" || actor === "owner") return undefined;
  const reach = actor === "admin" ? adminsReach(policy) : MODERATORS_REACH[operation];
  return HEIGHT[target] <= HEIGHT[reach] ? undefined : "ERR_GROUP_NO_CLEARANCE";
}

function adminsReach({ adminsCanActOnAdmins }: Policy): Rank {
  return adminsCanActOnAdmins ? "admin" : "moderator";
}

/** Whether the actor may give this scope: below admin, nobody gives more than the own one. */
export function refusedScope(actor: Rank, scope: MemberScope): ErrorName | undefined {
  const own = HEIGHT[actor] >= HEIGHT.admin ? HEIGHT.admin : HEIGHT[actor];
  return HEIGHT[RANK_OF_SCOPE[scope]] <= own ? undefined : "ERR_GROUP_NO_SCOPE_CLEARANCE";
}
