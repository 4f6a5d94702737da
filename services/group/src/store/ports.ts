// What the service keeps. Guarantees of every adapter (groups.contract.ts checks them):
// - A method that writes is one atomic change with the facts it emits: both are durable when it resolves, or neither.
// - A read sees every write that resolved before it began, and one moment of a group.
// - An app sees only its own: the app comes first, and an id of another app is an id that does not exist.
// - Throws ERR_OPERATION_FAILED or ERR_TOO_MANY_REQUESTS when the store is away or busy; then nothing was done. After
//   ERR_MISSION_FAILED the outcome is unknown.

import type { LogRecord, OutboxStore } from "@parlance/platform/eventlog";
import type { AppId, Guid, Uid } from "@parlance/platform/ids";
import type { GroupType, MemberScope } from "@parlance/proto/group/v1/group";
import type { GroupRecord } from "../domain/group.js";
import type { BanRecord, MemberRecord, PendingStep } from "../domain/roster.js";

/** An event that messaging has yet to be told directly; `step` for membership, absent for a deletion. */
export interface PendingEvent {
  readonly eventId: string;
  readonly incarnation: string;
  readonly by: Uid;
  readonly step: PendingStep | undefined;
  /** The encoded event. */
  readonly value: Uint8Array;
}

/** A group at one moment, with those asked for. */
export interface GroupState {
  readonly group: GroupRecord | undefined;
  readonly members: readonly MemberRecord[];
  readonly bans: readonly BanRecord[];
  /** Of every group that had the guid, oldest first. */
  readonly pending: readonly PendingEvent[];
}

export interface GroupEdit {
  /** The group afterwards; `revision` is that of the group it was made from, and grows by one. */
  readonly group: GroupRecord;
  readonly members: { readonly put: readonly MemberRecord[]; readonly remove: readonly Uid[] };
  readonly bans: { readonly put: readonly BanRecord[]; readonly remove: readonly Uid[] };
  /** Users who become members; each may be in at most `groupsMax` groups. */
  readonly joining: readonly Uid[];
  readonly groupsMax: number;
  readonly pending: readonly PendingEvent[];
  /** For the event log. */
  readonly facts: readonly LogRecord[];
}

/** `full`: these users are in too many groups. All but `done` change nothing. */
export type EditOutcome = { readonly kind: "done" | "conflict" } | { readonly kind: "full"; readonly uids: readonly Uid[] };

export interface GroupRemoval {
  readonly group: GroupRecord;
  readonly pending: readonly PendingEvent[];
  readonly facts: readonly LogRecord[];
}

/** Where a page begins: after the one of this folded name and id. */
export interface NamePosition {
  readonly foldedName: string;
  readonly id: string;
}

/** Filters combine with AND, entries of a list with OR; an empty list does not filter. */
export interface GroupFilter {
  /** Undefined: the server, who sees all. Else public and password groups and those the viewer is in. */
  readonly viewer: Uid | undefined;
  /** Only those the viewer is in. */
  readonly joinedOnly: boolean;
  /** Folded prefix of guid or of a word of the name; empty for all. */
  readonly searchKey: string;
  readonly tags: readonly string[];
  readonly types: readonly GroupType[];
}

export interface GroupQuery extends GroupFilter {
  readonly after: NamePosition | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** A group with what the viewer is to it. */
export interface ListedGroup {
  readonly group: GroupRecord;
  readonly member: MemberRecord | undefined;
  readonly isBanned: boolean;
}

export interface GroupStore {
  /** The group, those of `uids` who are members or banned, and what is pending. */
  state(app: AppId, guid: Guid, uids: readonly Uid[]): Promise<GroupState>;
  /** As edit; `conflict` when the guid is taken. */
  create(app: AppId, edit: GroupEdit): Promise<EditOutcome>;
  /** `conflict` unless the stored group has the revision, and the incarnation, of the given one. */
  edit(app: AppId, edit: GroupEdit): Promise<EditOutcome>;
  /** The group is gone for every read; its members and bans are erased later, by `eraseSome`. */
  remove(app: AppId, removal: GroupRemoval): Promise<EditOutcome>;
  /** Stores a password hash in place of `from`, unless that is no longer the stored one. Not a change of the group. */
  replacePassword(app: AppId, guid: Guid, hashes: { readonly from: string; readonly to: string }): Promise<void>;
  /** By folded name, guid. */
  list(app: AppId, query: GroupQuery): Promise<readonly ListedGroup[]>;
  count(app: AppId, filter: GroupFilter): Promise<number>;
  /** Erases up to `limit` leftovers of removed groups of all apps; true when there may be more. */
  eraseSome(limit: number): Promise<boolean>;
}

/** The words of a user's name as of a time; an older one than stored changes nothing. */
export interface Rename {
  readonly uid: Uid;
  readonly name: string;
  readonly nameAtMs: number;
}

export interface MemberFilter {
  readonly guid: Guid;
  /** Folded prefix of uid or of a word of the name; empty for all. */
  readonly searchKey: string;
  /** Highest first; empty: all. */
  readonly scopes: readonly MemberScope[];
}

export interface MemberQuery extends MemberFilter {
  readonly after: (NamePosition & { readonly scope: MemberScope }) | undefined;
  /** 0 with a position. */
  readonly offset: number;
  readonly limit: number;
}

export interface MemberStore {
  /** By scope from the highest, folded name, uid. */
  list(app: AppId, query: MemberQuery): Promise<readonly MemberRecord[]>;
  count(app: AppId, filter: MemberFilter): Promise<number>;
  /** The groups a user is in, in no order. */
  guidsOf(app: AppId, uid: Uid): Promise<readonly Guid[]>;
  /** Renames a user in up to `limit` memberships and bans; true when there may be more. */
  rename(app: AppId, rename: Rename, limit: number): Promise<boolean>;
}

export interface BanFilter {
  readonly guid: Guid;
  readonly searchKey: string;
}

export interface BanQuery extends BanFilter {
  readonly after: { readonly bannedAtMs: number; readonly uid: Uid } | undefined;
  readonly offset: number;
  readonly limit: number;
}

export interface BanStore {
  /** Newest first, then by uid. */
  list(app: AppId, query: BanQuery): Promise<readonly BanRecord[]>;
  count(app: AppId, filter: BanFilter): Promise<number>;
}

export interface PendingStore {
  /** Forgets events that were delivered; unknown ones are ignored. */
  delivered(app: AppId, guid: Guid, eventIds: readonly string[]): Promise<void>;
}

export interface GroupStores {
  readonly groups: GroupStore;
  readonly members: MemberStore;
  readonly bans: BanStore;
  readonly pending: PendingStore;
}

/** A place to keep all of it. */
export interface GroupStorage extends GroupStores {
  /** The facts of the writes. */
  readonly outbox: OutboxStore;
  /** Makes the place ready; at every start, before anything else. */
  prepare(): Promise<void>;
}
