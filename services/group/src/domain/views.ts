// Records as the messages of the contract. Every field is named, so that a new column is not shown until somebody says
// so here (S18). The password hash and the versions are in none of them.

import { SYSTEM_UID } from "@parlance/platform/ids";
import { MemberScope, type Ban, type Group, type Member } from "@parlance/proto/group/v1/group";
import { User } from "@parlance/proto/identity/v1/identity";
import type { Party } from "@parlance/proto/messaging/v1/message";
import { conversationIdOf, type GroupRecord } from "./group.js";
import type { BanRecord, MemberRecord, Named } from "./roster.js";

export const SYSTEM_USER: User = User.fromPartial({ uid: SYSTEM_UID, name: "System", role: "default" });

/** What the viewer is to the group. */
export interface Viewing {
  readonly member?: MemberRecord | undefined;
  readonly isBanned?: boolean;
  readonly withTags?: boolean;
}

export function toGroup(group: GroupRecord, { member, isBanned = false, withTags = false }: Viewing = {}): Group {
  return {
    guid: group.guid,
    name: group.name,
    type: group.type,
    icon: group.icon,
    description: group.description,
    owner: group.owner,
    metadataJson: group.metadataJson,
    tags: withTags ? [...group.tags] : [],
    historyVisibility: group.historyVisibility,
    membersCount: group.membersCount,
    conversationId: conversationIdOf(group.guid),
    createdAtMs: group.createdAtMs,
    updatedAtMs: group.updatedAtMs,
    updatedBy: group.updatedBy,
    hasJoined: member !== undefined,
    joinedAtMs: member?.joinedAtMs ?? 0,
    scope: member?.scope ?? MemberScope.UNSPECIFIED,
    isBanned,
  };
}

/** A user who is deactivated, and so not resolved, is shown by the name the group remembers. */
function userOf({ uid, name }: Named, user: User | undefined): User {
  return user ?? User.fromPartial({ uid, name });
}

export function toMember(member: MemberRecord, user: User | undefined): Member {
  return { user: userOf(member, user), scope: member.scope, joinedAtMs: member.joinedAtMs };
}

export function toBan(ban: BanRecord, user: User | undefined): Ban {
  return {
    user: userOf(ban, user), formerScope: ban.formerScope, bannedAtMs: ban.bannedAtMs, bannedBy: ban.bannedBy,
  };
}

export function userParty({ uid, name, avatar, role }: User): Party {
  return { id: uid, name, avatar, role };
}

export function groupParty({ guid, name, icon }: GroupRecord): Party {
  return { id: guid, name, avatar: icon, role: "" };
}
