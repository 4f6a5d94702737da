import { guid, uid } from "@parlance/platform/ids";
import { GroupType, HistoryVisibility, MemberScope } from "@parlance/proto/group/v1/group";
import { newGroup, type GroupRecord } from "../domain/group.js";
import type { MemberRecord, Roster } from "../domain/roster.js";

export function groupOf(fields: Partial<GroupRecord> = {}): GroupRecord {
  return {
    ...newGroup({
      guid: guid("book-club"), incarnation: "0123456789ab", name: "Book Club", type: GroupType.PUBLIC, passwordHash: "",
      icon: "", description: "", owner: uid("owner"), metadataJson: "", tags: [],
      historyVisibility: HistoryVisibility.FULL,
    }, 1_000),
    ...fields,
  };
}

export function memberOf(who: string, scope = MemberScope.PARTICIPANT, name = who): MemberRecord {
  return { uid: uid(who), name, nameAtMs: 1, scope, joinedAtMs: 1_000 };
}

/** A group of the owner with members of the scopes given. */
export function rosterWith(owner: string, scopes: Readonly<Record<string, MemberScope>>, fields: Partial<GroupRecord> = {}): Roster {
  const members = Object.entries({ [owner]: MemberScope.ADMIN, ...scopes }).map(([who, scope]) => memberOf(who, scope));
  return {
    group: groupOf({ owner: uid(owner), membersCount: members.length, ...fields }),
    members: new Map(members.map((member) => [member.uid, member])),
    bans: new Map(),
    pending: [],
    full: new Set(),
  };
}
