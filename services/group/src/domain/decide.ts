// Whether a membership change may happen, and what it is: the order of checks of chat.md 9.3 and 10.5. The server skips
// the checks on the actor, nobody skips those on the owner.

import { fail, type AppError, type ErrorName } from "@parlance/platform/errors";
import { SYSTEM_UID, type Uid } from "@parlance/platform/ids";
import { GroupType, MemberScope } from "@parlance/proto/group/v1/group";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import {
  isMember, rankOf, refusedOperation, refusedScope, refusedTarget, scopeOf, type Operation, type OperationOnMember, type Policy,
} from "./permission.js";
import type { PendingStep, Roster, Step } from "./roster.js";

export interface Joining {
  readonly uid: Uid;
  /** The password was right. */
  readonly admitted: boolean;
}

export interface Target {
  readonly uid: Uid;
  /** An active user. */
  readonly exists: boolean;
}

export interface ScopedTarget extends Target {
  readonly scope: MemberScope;
}

export type Intent =
  | { readonly kind: "join" } & Joining
  | { readonly kind: "leave"; readonly uid: Uid }
  | { readonly kind: "kick" | "ban" | "unban" } & Target
  | { readonly kind: "add" | "changeScope" } & ScopedTarget;

export interface Rules extends Policy {
  readonly membersMax: number;
  readonly groupsMax: number;
}

/** A new change, or one that happened already and of which messaging has yet to hear: a repeat after a failure. */
export type Decision = { readonly step: Step } | { readonly repeated: PendingStep };

const NONE = MemberScope.UNSPECIFIED;

const KINDS: Readonly<Record<Intent["kind"], GroupActionKind>> = {
  join: GroupActionKind.JOINED, leave: GroupActionKind.LEFT, add: GroupActionKind.ADDED, kick: GroupActionKind.KICKED,
  ban: GroupActionKind.BANNED, unban: GroupActionKind.UNBANNED, changeScope: GroupActionKind.SCOPE_CHANGED,
};

/** Throws the first refusal. */
export function decide(roster: Roster, actor: Uid, intent: Intent, rules: Rules): Decision {
  const repeated = repeatOf(roster, actor, intent);
  if (repeated !== undefined) return { repeated };
  const newScope = decided(roster, actor, intent, rules);
  const oldScope = scopeOf(roster, intent.uid);
  return { step: { kind: KINDS[intent.kind], uid: intent.uid, oldScope, newScope, silent: false } };
}

/** True when the intent happened already and messaging is not known to have heard. */
export function isRepeat(roster: Roster, actor: Uid, intent: Intent): boolean {
  return repeatOf(roster, actor, intent) !== undefined;
}

function repeatOf({ group, pending }: Roster, actor: Uid, intent: Intent): PendingStep | undefined {
  const last = pending.findLast((step) => step.uid === intent.uid && step.incarnation === group.incarnation);
  if (last === undefined || last.kind !== KINDS[intent.kind] || last.by !== actor) return undefined;
  return "scope" in intent && intent.scope !== last.newScope ? undefined : last;
}

/** The scope afterwards. */
function decided(roster: Roster, actor: Uid, intent: Intent, rules: Rules): MemberScope {
  switch (intent.kind) {
    case "join": return decideJoin(roster, intent, rules);
    case "leave": return decideLeave(roster, intent.uid);
    case "add": return decideAdd(roster, actor, intent, rules);
    case "kick": return decideKick(roster, actor, intent, rules);
    case "ban": return decideBan(roster, actor, intent, rules);
    case "unban": return decideUnban(roster, actor, intent, rules);
    case "changeScope": return decideScope(roster, actor, intent, rules);
  }
}

/** What refuses a join whatever the password: asked before a password is looked at, and again when it counts. */
export function refusedJoin({ group, bans, members }: Roster, uid: Uid): AppError | undefined {
  if (bans.has(uid)) return fail("ERR_BANNED_GROUPMEMBER");
  if (members.has(uid)) return fail("ERR_ALREADY_JOINED");
  return group.type === GroupType.PRIVATE ? fail("ERR_GROUP_JOIN_NOT_ALLOWED") : undefined;
}

function decideJoin(roster: Roster, { uid, admitted }: Joining, rules: Rules): MemberScope {
  const refusal = refusedJoin(roster, uid);
  if (refusal !== undefined) throw refusal;
  if (roster.group.type === GroupType.PASSWORD && !admitted) throw fail("ERR_EMPTY_GROUP_PASS");
  checkRoom(roster, uid, rules);
  return MemberScope.PARTICIPANT;
}

function checkRoom({ group, full }: Roster, uid: Uid, { membersMax, groupsMax }: Rules): void {
  if (group.membersCount >= membersMax) throw fail("ERR_NO_VACANCY", undefined, { params: { limit: membersMax } });
  if (full.has(uid)) throw fail("ERR_PLAN_QUOTA_RESTRICTION", undefined, { params: { limit: groupsMax } });
}

function decideLeave(roster: Roster, uid: Uid): MemberScope {
  if (!roster.members.has(uid)) throw fail("ERR_GROUP_NOT_JOINED");
  if (roster.group.owner === uid) throw fail("ERR_OWNER_EXIT_FORBIDDEN");
  return NONE;
}

/** Throws unless the actor has the operation. */
export function checkOperation(roster: Roster, actor: Uid, operation: Operation, policy: Policy): void {
  check(refusedOperation(operation, rankOf(roster, actor), policy), operation);
}

function check(refusal: ErrorName | undefined, permission: string): void {
  if (refusal === undefined) return;
  throw refusal === "ERR_PERMISSION_DENIED" ? fail(refusal, undefined, { params: { permission } }) : fail(refusal);
}

function checkActor(roster: Roster, actor: Uid, target: Uid, operation: Operation, policy: Policy): void {
  if (!isMember(rankOf(roster, actor))) throw fail("ERR_GROUP_NOT_JOINED");
  if (actor === target) throw fail("ERR_GROUP_NO_SELF_ACTION");
  checkOperation(roster, actor, operation, policy);
}

/** The member concerned, whom the actor may act on. */
function checkTarget(
  roster: Roster, actor: Uid, uid: Uid, operation: OperationOnMember, policy: Policy,
): void {
  check(refusedTarget(operation, rankOf(roster, actor), rankOf(roster, uid), policy), operation);
}

/** A deactivated user who is a member stays one that can be acted on. */
function checkIsMember(roster: Roster, uid: Uid, exists: boolean): void {
  if (roster.members.has(uid)) return;
  throw fail(exists || roster.bans.has(uid) ? "ERR_NOT_A_MEMBER" : "ERR_UID_NOT_FOUND");
}

function decideAdd(roster: Roster, actor: Uid, { uid, exists, scope }: ScopedTarget, rules: Rules): MemberScope {
  checkActor(roster, actor, uid, "addMembers", rules);
  if (!exists || uid === SYSTEM_UID) throw fail("ERR_UID_NOT_FOUND");
  check(refusedScope(rankOf(roster, actor), scope), "addMembers");
  if (roster.members.has(uid)) throw fail("ERR_ALREADY_JOINED");
  if (roster.bans.has(uid)) throw fail("ERR_BANNED_GROUPMEMBER");
  checkRoom(roster, uid, rules);
  return scope;
}

function decideKick(roster: Roster, actor: Uid, { uid, exists }: Target, rules: Rules): MemberScope {
  checkActor(roster, actor, uid, "kick", rules);
  checkIsMember(roster, uid, exists);
  checkTarget(roster, actor, uid, "kick", rules);
  return NONE;
}

function decideBan(roster: Roster, actor: Uid, { uid, exists }: Target, rules: Rules): MemberScope {
  checkActor(roster, actor, uid, "ban", rules);
  const known = exists || roster.members.has(uid) || roster.bans.has(uid);
  if (!known || uid === SYSTEM_UID) throw fail("ERR_UID_NOT_FOUND");
  checkTarget(roster, actor, uid, "ban", rules);
  if (roster.bans.has(uid)) throw fail("ERR_ALREADY_BANNED");
  return NONE;
}

function decideUnban(roster: Roster, actor: Uid, { uid, exists }: Target, rules: Rules): MemberScope {
  checkActor(roster, actor, uid, "unban", rules);
  if (roster.bans.has(uid)) return NONE;
  throw fail(exists || roster.members.has(uid) ? "ERR_NOT_A_BANNED_USER" : "ERR_UID_NOT_FOUND");
}

function decideScope(roster: Roster, actor: Uid, intent: ScopedTarget, rules: Rules): MemberScope {
  const { uid, exists, scope } = intent;
  checkActor(roster, actor, uid, "changeScope", rules);
  checkIsMember(roster, uid, exists);
  checkTarget(roster, actor, uid, "changeScope", rules);
  check(refusedScope(rankOf(roster, actor), scope), "changeScope");
  if (scopeOf(roster, uid) === scope) throw fail("ERR_SAME_SCOPE");
  return scope;
}

/** Checks a transfer; answers the step that makes the new owner an admin, if it takes one. */
export function decideTransfer(roster: Roster, actor: Uid, target: Target, policy: Policy): Step[] {
  const { uid, exists } = target;
  checkActor(roster, actor, uid, "transferOwnership", policy);
  if (roster.group.owner === uid) throw fail("ERR_GROUP_NO_SELF_ACTION");
  if (!exists) throw fail("ERR_UID_NOT_FOUND");
  checkIsMember(roster, uid, exists);
  const oldScope = scopeOf(roster, uid);
  if (oldScope === MemberScope.ADMIN) return [];
  return [{ kind: GroupActionKind.SCOPE_CHANGED, uid, oldScope, newScope: MemberScope.ADMIN, silent: true }];
}
