import type { Ban, Group as WireGroup, Member } from "@parlance/proto/group/v1/group";
import type { Party } from "@parlance/proto/messaging/v1/message";
import type { GroupTypeName, ScopeName } from "../constants.js";
import { fillUser, User } from "./user.js";
import { assign, fromJsonText, groupTypeName, number, scopeName, seconds, text, type JsonObject } from "./wire.js";

/** A group with one conversation (chat.md 9.2). Times are Unix seconds. */
export class Group {
  readonly guid: string;
  name?: string;
  type?: GroupTypeName;
  password?: string;
  icon?: string;
  description?: string;
  owner?: string;
  metadata?: JsonObject;
  tags?: readonly string[];
  membersCount?: number;
  conversationId?: string;
  createdAt?: number;
  updatedAt?: number;
  updatedBy?: string;
  hasJoined?: boolean;
  joinedAt?: number;
  scope?: ScopeName;
  isBanned?: boolean;

  constructor(guid: string, name?: string, type?: GroupTypeName, password?: string) {
    this.guid = guid;
    assign<Group>(this, { name, type, password });
  }

  setName(name: string): this {
    this.name = name;
    return this;
  }

  setIcon(icon: string): this {
    this.icon = icon;
    return this;
  }

  setDescription(description: string): this {
    this.description = description;
    return this;
  }

  setMetadata(metadata: JsonObject): this {
    this.metadata = metadata;
    return this;
  }

  setTags(tags: readonly string[]): this {
    this.tags = tags;
    return this;
  }
}

/** A user in a group, or one kept out of it (chat.md 10.1). */
export class GroupMember extends User {
  scope?: ScopeName;
  joinedAt?: number;
  /** Only of banned users. */
  bannedAt?: number;
  bannedBy?: string;
  formerScope?: ScopeName;

  constructor(uid: string, scope?: ScopeName) {
    super(uid);
    if (scope !== undefined) this.scope = scope;
  }

  setScope(scope: ScopeName): this {
    this.scope = scope;
    return this;
  }
}

export function toGroup(wire: WireGroup): Group {
  return assign<Group>(new Group(wire.guid), {
    name: wire.name, type: groupTypeName(wire.type), icon: text(wire.icon), description: text(wire.description),
    owner: text(wire.owner), metadata: fromJsonText(wire.metadataJson), tags: wire.tags.length === 0 ? undefined : wire.tags,
    membersCount: wire.membersCount, conversationId: text(wire.conversationId), createdAt: seconds(wire.createdAtMs),
    updatedAt: seconds(wire.updatedAtMs), updatedBy: text(wire.updatedBy), hasJoined: wire.hasJoined,
    joinedAt: seconds(wire.joinedAtMs), scope: scopeName(wire.scope), isBanned: wire.isBanned,
  });
}

/** A group as named in a message. */
export function partyToGroup(party: Party | undefined, membersCount = 0): Group {
  const group = new Group(party?.id ?? "");
  return assign<Group>(group, {
    name: text(party?.name ?? ""), icon: text(party?.avatar ?? ""), membersCount: number(membersCount),
  });
}

export function toMember({ user, scope, joinedAtMs }: Member): GroupMember {
  const member = new GroupMember(user?.uid ?? "", scopeName(scope));
  if (user !== undefined) fillUser(member, user);
  return assign<GroupMember>(member, { joinedAt: seconds(joinedAtMs) });
}

export function toBanned({ user, formerScope, bannedAtMs, bannedBy }: Ban): GroupMember {
  const member = new GroupMember(user?.uid ?? "");
  if (user !== undefined) fillUser(member, user);
  return assign<GroupMember>(member, { bannedAt: seconds(bannedAtMs), bannedBy: text(bannedBy), formerScope: scopeName(formerScope) });
}
