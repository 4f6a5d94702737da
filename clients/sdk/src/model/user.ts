import type { User as WireUser } from "@parlance/proto/identity/v1/identity";
import type { Party } from "@parlance/proto/messaging/v1/message";
import type { StatusName } from "../constants.js";
import { assign, fromJsonText, seconds, statusName, text, type JsonObject } from "./wire.js";

/** A user of the app (chat.md 3.1). Times are Unix seconds. */
export class User {
  readonly uid: string;
  name?: string;
  avatar?: string;
  link?: string;
  role?: string;
  metadata?: JsonObject;
  tags?: readonly string[];
  statusMessage?: string;
  status?: StatusName;
  lastActiveAt?: number;
  createdAt?: number;
  updatedAt?: number;
  deactivatedAt?: number;
  blockedByMe?: boolean;
  hasBlockedMe?: boolean;

  constructor(uid: string, name?: string) {
    this.uid = uid;
    if (name !== undefined) this.name = name;
  }

  setName(name: string): this {
    this.name = name;
    return this;
  }

  setAvatar(avatar: string): this {
    this.avatar = avatar;
    return this;
  }

  setLink(link: string): this {
    this.link = link;
    return this;
  }

  setRole(role: string): this {
    this.role = role;
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

  setStatusMessage(statusMessage: string): this {
    this.statusMessage = statusMessage;
    return this;
  }
}

export function fillUser<T extends User>(user: T, wire: WireUser): T {
  assign<User>(user, {
    name: wire.name, avatar: text(wire.avatar), link: text(wire.link), role: text(wire.role),
    metadata: fromJsonText(wire.metadataJson), tags: wire.tags.length === 0 ? undefined : wire.tags,
    statusMessage: text(wire.statusMessage), status: statusName(wire.status), lastActiveAt: seconds(wire.lastActiveAtMs),
    createdAt: seconds(wire.createdAtMs), updatedAt: seconds(wire.updatedAtMs), deactivatedAt: seconds(wire.deactivatedAtMs),
    blockedByMe: wire.blockedByMe, hasBlockedMe: wire.hasBlockedMe,
  });
  return user;
}

export function toUser(wire: WireUser): User {
  return fillUser(new User(wire.uid), wire);
}

/** A user as named in a message or signal. */
export function partyToUser(party: Party | undefined): User {
  const user = new User(party?.id ?? "");
  return assign<User>(user, { name: text(party?.name ?? ""), avatar: text(party?.avatar ?? ""), role: text(party?.role ?? "") });
}

const fields = ["name", "avatar", "link", "role", "metadata", "tags", "statusMessage", "lastActiveAt", "createdAt", "updatedAt"];

/** From an answer of REST or from the own storage: both have the fields under the same names. */
export function jsonToUser(json: JsonObject): User {
  const uid = json["uid"];
  const user = new User(typeof uid === "string" ? uid : "");
  const known = Object.fromEntries(fields.filter((field) => json[field] !== undefined && json[field] !== null).map((field) => [field, json[field]]));
  const status = json["status"];
  return assign<User>(user, { ...known, status: status === "online" || status === "available" ? "online" : "offline" });
}
