import { fail } from "@parlance/platform/errors";
import type { Uid } from "@parlance/platform/ids";
import type { MemberScope } from "@parlance/proto/group/v1/group";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import type { GroupRecord } from "./group.js";

/** A user's name as copied into the group, to sort and search by. */
export interface Named {
  readonly uid: Uid;
  readonly name: string;
  /** Unix ms of the user's change that gave it; an older one does not replace it. */
  readonly nameAtMs: number;
}

export interface MemberRecord extends Named {
  readonly scope: MemberScope;
  readonly joinedAtMs: number;
}

export interface BanRecord extends Named {
  /** Unspecified if never a member. */
  readonly formerScope: MemberScope;
  readonly bannedAtMs: number;
  readonly bannedBy: Uid;
}

/** One change of one member. */
export interface Step {
  readonly kind: GroupActionKind;
  readonly uid: Uid;
  readonly oldScope: MemberScope;
  /** Unspecified if not a member afterwards. */
  readonly newScope: MemberScope;
  /** Leaves no action message (chat.md 9.7). */
  readonly silent: boolean;
}

/** A change of which messaging is not known to have heard. */
export interface PendingStep {
  readonly eventId: string;
  readonly incarnation: string;
  readonly kind: GroupActionKind;
  readonly uid: Uid;
  readonly by: Uid;
  readonly newScope: MemberScope;
}

/** What a decision looks at: a group and those it concerns, at one moment. */
export interface Roster {
  readonly group: GroupRecord;
  readonly members: ReadonlyMap<Uid, MemberRecord>;
  readonly bans: ReadonlyMap<Uid, BanRecord>;
  /** Oldest first. */
  readonly pending: readonly PendingStep[];
  /** Users who are in as many groups as they may. */
  readonly full: ReadonlySet<Uid>;
}

/** What a store answers of a group at one moment. */
export interface Stored {
  readonly group: GroupRecord | undefined;
  readonly members: readonly MemberRecord[];
  readonly bans: readonly BanRecord[];
  readonly pending: readonly { readonly step: PendingStep | undefined }[];
}

const NOBODY: ReadonlySet<Uid> = new Set();

/** Throws ERR_GUID_NOT_FOUND when there is no group. */
export function requiredRoster({ group, members, bans, pending }: Stored, full = NOBODY): Roster {
  if (group === undefined) throw fail("ERR_GUID_NOT_FOUND");
  return {
    group,
    members: new Map(members.map((member) => [member.uid, member])),
    bans: new Map(bans.map((ban) => [ban.uid, ban])),
    pending: pending.flatMap(({ step }) => step ?? []),
    full,
  };
}

export interface StepBy {
  readonly by: Uid;
  readonly atMs: number;
  readonly named: Named;
}

function without<V>(map: ReadonlyMap<Uid, V>, uid: Uid): ReadonlyMap<Uid, V> {
  return new Map([...map].filter(([key]) => key !== uid));
}

/** The roster after a step: the one place that knows what each kind of change does. */
export function afterStep(roster: Roster, step: Step, { by, atMs, named }: StepBy): Roster {
  const { group, members, bans } = roster;
  const { uid, kind, oldScope, newScope } = step;
  const next = { ...group, version: group.version + 1 };
  switch (kind) {
    case GroupActionKind.JOINED:
    case GroupActionKind.ADDED:
      return {
        ...roster, group: { ...next, membersCount: group.membersCount + 1 },
        members: new Map(members).set(uid, { ...named, scope: newScope, joinedAtMs: atMs }),
      };
    case GroupActionKind.LEFT:
    case GroupActionKind.KICKED:
      return { ...roster, group: { ...next, membersCount: group.membersCount - 1 }, members: without(members, uid) };
    case GroupActionKind.BANNED:
      return {
        ...roster, group: { ...next, membersCount: group.membersCount - (members.has(uid) ? 1 : 0) },
        members: without(members, uid),
        bans: new Map(bans).set(uid, { ...named, formerScope: oldScope, bannedAtMs: atMs, bannedBy: by }),
      };
    case GroupActionKind.UNBANNED: return { ...roster, group: next, bans: without(bans, uid) };
    case GroupActionKind.SCOPE_CHANGED: {
      const member = members.get(uid);
      if (member === undefined) throw new Error("a step changes the scope of a stranger");
      return { ...roster, group: next, members: new Map(members).set(uid, { ...member, scope: newScope }) };
    }
    case GroupActionKind.UNSPECIFIED: throw new Error("a step without a kind");
  }
}
