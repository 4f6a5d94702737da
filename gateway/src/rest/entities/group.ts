import {
  GroupType, HistoryVisibility, MemberScope, type Ban, type Group, type Member,
} from "@parlance/proto/group/v1/group";
import type { Party } from "@parlance/proto/messaging/v1/message";
import type { JsonObject } from "../input/json-body.js";
import { USER_ALWAYS, USER_FIELDS, userEntity } from "./user.js";
import {
  BOOL, COUNT, FREE, SECONDS, STRING, STRINGS, entity, objectOf, oneOf, present, secondsOf, textOf, type Names,
} from "./values.js";

const TYPES: Names = { [GroupType.PUBLIC]: "public", [GroupType.PASSWORD]: "password", [GroupType.PRIVATE]: "private" };
const SCOPES: Names = {
  [MemberScope.ADMIN]: "admin", [MemberScope.MODERATOR]: "moderator", [MemberScope.PARTICIPANT]: "participant",
};
const VISIBILITIES: Names = { [HistoryVisibility.FULL]: "full", [HistoryVisibility.SINCE_JOIN]: "sinceJoin" };

export function scopeName(scope: MemberScope): string | undefined {
  return SCOPES[scope];
}

interface GroupShow {
  /** There is a viewer, so viewer fields are shown. */
  readonly viewer: boolean;
  readonly tags?: boolean;
}

/** rest.md 3.4. The password is no field. */
export function groupEntity(group: Group, { viewer, tags = false }: GroupShow): JsonObject {
  return present({
    guid: group.guid,
    name: group.name,
    type: TYPES[group.type] ?? "public",
    owner: group.owner,
    membersCount: group.membersCount,
    description: textOf(group.description),
    icon: textOf(group.icon),
    metadata: objectOf(group.metadataJson),
    tags: tags || group.tags.length > 0 ? group.tags : undefined,
    historyVisibility: VISIBILITIES[group.historyVisibility],
    conversationId: textOf(group.conversationId),
    createdAt: secondsOf(group.createdAtMs),
    updatedAt: secondsOf(group.updatedAtMs),
    updatedBy: textOf(group.updatedBy),
    ...(viewer ? viewerFields(group) : {}),
  });
}

function viewerFields(group: Group): JsonObject {
  const joined = group.hasJoined ? { scope: scopeName(group.scope), joinedAt: secondsOf(group.joinedAtMs) } : {};
  return { hasJoined: group.hasJoined, isBanned: group.isBanned, ...joined };
}

const scope = oneOf("admin", "moderator", "participant");

export const groupSchema = entity({
  guid: STRING, name: STRING, type: oneOf("public", "password", "private"), owner: STRING, membersCount: COUNT, description: STRING,
  icon: STRING, metadata: FREE, tags: STRINGS, historyVisibility: oneOf("full", "sinceJoin"), conversationId: STRING,
  createdAt: SECONDS, updatedAt: SECONDS, updatedBy: STRING, hasJoined: BOOL, isBanned: BOOL, scope, joinedAt: SECONDS,
}, ["guid", "name", "type", "owner", "membersCount"]);

/** A group as known when a message was stored. */
export function groupCopy(party: Party, more: { readonly conversationId?: string; readonly membersCount?: number } = {}): JsonObject {
  return present({
    guid: party.id, name: party.name, icon: textOf(party.avatar), conversationId: textOf(more.conversationId ?? ""),
    membersCount: more.membersCount,
  });
}

export const groupCopySchema = entity(
  { guid: STRING, name: STRING, icon: STRING, conversationId: STRING, membersCount: COUNT }, ["guid", "name"],
);

export function memberEntity({ user, scope: rank, joinedAtMs }: Member): JsonObject {
  return present({ ...(user === undefined ? {} : userEntity(user)), scope: scopeName(rank), joinedAt: secondsOf(joinedAtMs) });
}

export const memberSchema = entity({ ...USER_FIELDS, scope, joinedAt: SECONDS }, [...USER_ALWAYS, "scope", "joinedAt"]);

export function bannedUserEntity({ user, formerScope, bannedAtMs, bannedBy }: Ban): JsonObject {
  return present({
    ...(user === undefined ? {} : userEntity(user)),
    scope: scopeName(formerScope), isBanned: true, bannedAt: secondsOf(bannedAtMs), bannedBy: textOf(bannedBy),
  });
}

export const bannedUserSchema = entity(
  { ...USER_FIELDS, scope, isBanned: BOOL, bannedAt: SECONDS, bannedBy: STRING }, [...USER_ALWAYS, "isBanned", "bannedAt"],
);
