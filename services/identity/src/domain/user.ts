import { SYSTEM_UID, isReservedId, roleId, type RoleId, type Uid } from "@parlance/platform/ids";
import { publicMetadata } from "./metadata.js";

/** A user as it is stored. */
export interface UserRecord {
  readonly uid: Uid;
  readonly name: string;
  readonly avatar: string;
  readonly link: string;
  readonly role: RoleId;
  /** JSON object or empty. */
  readonly metadataJson: string;
  /** The same without its `@private` part. */
  readonly publicMetadataJson: string;
  readonly tags: readonly string[];
  readonly statusMessage: string;
  readonly online: boolean;
  /** 0 for never. */
  readonly lastActiveAtMs: number;
  readonly createdAtMs: number;
  /** 0 while unchanged. */
  readonly updatedAtMs: number;
  /** 0 while active. */
  readonly deactivatedAtMs: number;
  /** Grows with every change that others are told of; names the events of the change. */
  readonly version: number;
}

/** The only role there is; roles are to come. */
export const DEFAULT_ROLE = roleId("default");

export function roleExists(role: string): boolean {
  return role === DEFAULT_ROLE;
}

export interface Profile {
  readonly name: string;
  readonly avatar: string;
  readonly link: string;
  readonly role: RoleId;
  readonly metadataJson: string;
  readonly tags: readonly string[];
  readonly statusMessage: string;
}

/** A user as first stored. */
export function newUser(uid: Uid, profile: Profile, atMs: number): UserRecord {
  return {
    uid,
    name: profile.name,
    avatar: profile.avatar,
    link: profile.link,
    role: profile.role,
    metadataJson: profile.metadataJson,
    publicMetadataJson: publicMetadata(profile.metadataJson),
    tags: profile.tags,
    statusMessage: profile.statusMessage,
    online: false,
    lastActiveAtMs: 0,
    createdAtMs: atMs,
    updatedAtMs: 0,
    deactivatedAtMs: 0,
    version: 1,
  };
}

/** New values of a profile; what is absent stays. */
export type ProfileChange = { readonly [K in keyof Profile]?: Profile[K] | undefined };

const PROFILE_FIELDS = ["name", "avatar", "link", "role", "metadataJson", "statusMessage"] as const;

/** The user after a change; the same object when nothing is different. */
export function changedUser(user: UserRecord, change: ProfileChange, atMs: number): UserRecord {
  const tags = change.tags ?? user.tags;
  const sameTags = tags.length === user.tags.length && tags.every((tag, at) => tag === user.tags[at]);
  if (sameTags && PROFILE_FIELDS.every((field) => (change[field] ?? user[field]) === user[field])) return user;
  const metadataJson = change.metadataJson ?? user.metadataJson;
  return {
    ...user,
    name: change.name ?? user.name,
    avatar: change.avatar ?? user.avatar,
    link: change.link ?? user.link,
    role: change.role ?? user.role,
    statusMessage: change.statusMessage ?? user.statusMessage,
    metadataJson,
    publicMetadataJson: publicMetadata(metadataJson),
    tags,
    updatedAtMs: atMs,
    version: user.version + 1,
  };
}

export function deactivatedUser(user: UserRecord, atMs: number): UserRecord {
  return { ...user, online: false, deactivatedAtMs: atMs, version: user.version + 1 };
}

export function isActive(user: UserRecord): boolean {
  return user.deactivatedAtMs === 0;
}

/** Uids that nobody can create. */
export function isReservedUid(uid: string): boolean {
  return isReservedId(uid);
}

/** The server as a user: it is in no store and in no list, and cannot be changed or logged in. */
export const SYSTEM_USER: UserRecord = newUser(SYSTEM_UID, {
  name: "System", avatar: "", link: "", role: DEFAULT_ROLE, metadataJson: "", tags: [], statusMessage: "",
}, 0);
