// How the documents look; field names stand nowhere else.
//
// A group's document is what one change of the group commits in one step: the group, the change of its people that has yet
// to be carried out, what messaging has yet to be told, and the facts for the event log (W17). When the group is removed the
// document stays without `group`, for what is told of the guid.
//
// A person is who is or was a member or banned, one document each. Its `home` names app, guid and incarnation: people of a
// removed group are at home nowhere, and no later group has them.
//
// A user's places are the groups a user is in, and perhaps some more (places.ts).
import { PENDING_INDEX, type CollectionSpec, type GuardedDoc, type Mongo } from "@parlance/platform/mongo";
import type { AppId, Guid, Uid } from "@parlance/platform/ids";

export interface GroupFieldsDoc {
  readonly app: string;
  readonly guid: string;
  readonly name: string;
  readonly foldedName: string;
  readonly type: number;
  /** 0 for those that are listed to everybody. */
  readonly private: number;
  readonly passwordHash: string;
  readonly icon: string;
  readonly description: string;
  readonly owner: string;
  readonly metadataJson: string;
  readonly tags: readonly string[];
  readonly historyVisibility: number;
  readonly membersCount: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
  readonly version: number;
  /** What it is found by: `g:` guid, `n:` name from each of its words, `t:` tag. */
  readonly terms: readonly string[];
}

/** m: member, b: banned, x: neither any more. */
export type PersonKind = "m" | "b" | "x";

export interface PersonDoc {
  readonly _id: string;
  readonly home: string;
  readonly app: string;
  readonly uid: string;
  readonly kind: PersonKind;
  /** The revision of the group that made it so: an older change that comes late changes nothing. */
  readonly at: number;
  readonly name: string;
  readonly foldedName: string;
  readonly nameAtMs: number;
  /** What it is found by: uid, and the name from each of its words. */
  readonly terms: readonly string[];
  /** Of a banned one the former scope. */
  readonly scope: number;
  /** When the member joined, or the banned one was banned. */
  readonly sinceMs: number;
  readonly by: string;
}

/** What a commit does to people; the group is at `revision` since. */
export interface ChangeDoc {
  readonly revision: number;
  readonly people: readonly PersonDoc[];
  readonly scopes: readonly { readonly uid: string; readonly scope: number }[];
}

/** What messaging is not known to have heard of. */
export interface UntoldDoc {
  readonly eventId: string;
  readonly incarnation: string;
  readonly by: string;
  readonly step?: { readonly kind: number; readonly uid: string; readonly newScope: number };
  readonly value: Uint8Array;
}

/** It is changed by updates that state what they expect, never as a whole; `rev` is of no use here. */
export interface GroupDoc extends GuardedDoc {
  readonly incarnation: string;
  readonly revision: number;
  /** Absent when it was removed. */
  readonly group?: GroupFieldsDoc;
  readonly change?: ChangeDoc;
  /** Oldest first. */
  readonly untold: readonly UntoldDoc[];
  /** Incarnations whose people are to be erased. */
  readonly erasing?: readonly string[];
}

export interface PlaceDoc {
  readonly home: string;
  /** The revision the group has when the user is in it. */
  readonly at: number;
  readonly sinceMs: number;
}

export interface UserDoc {
  readonly _id: string;
  readonly places: readonly PlaceDoc[];
}

export function groupKey(app: AppId, guid: Guid): string {
  return `${app}/${guid}`;
}

export function userKey(app: string, uid: string): string {
  return `${app}/${uid}`;
}

/** Where people of a group are at home. */
export function homeOf({ _id, incarnation }: Pick<GroupDoc, "_id" | "incarnation">): string {
  return `${_id}/${incarnation}`;
}

export function personKey(home: string, uid: Uid | string): string {
  return `${home}/${uid}`;
}

/** No id has a slash. */
export function partsOfHome(home: string): { readonly groupId: string; readonly incarnation: string } {
  const [app = "", guid = "", incarnation = ""] = home.split("/");
  return { groupId: `${app}/${guid}`, incarnation };
}

export function collectionsOf(mongo: Mongo) {
  return {
    groups: mongo.collection<GroupDoc>("group_groups"),
    people: mongo.collection<PersonDoc>("group_people"),
    users: mongo.collection<UserDoc>("group_users"),
    clock: mongo.clock,
  };
}

export type Collections = ReturnType<typeof collectionsOf>;

export const COLLECTIONS: readonly CollectionSpec[] = [
  {
    collection: "group_groups",
    indexes: [
      { name: "by_name", key: { "group.app": 1, "group.foldedName": 1, "group.guid": 1 } },
      { name: "listed", key: { "group.app": 1, "group.private": 1, "group.foldedName": 1, "group.guid": 1 } },
      { name: "by_term", key: { "group.app": 1, "group.terms": 1 } },
      // Over all apps: housekeeping.
      { name: "to_erase", key: { erasing: 1 }, sparse: true },
      PENDING_INDEX,
    ],
  },
  {
    collection: "group_people",
    indexes: [
      { name: "by_rank", key: { home: 1, kind: 1, scope: -1, foldedName: 1, uid: 1 } },
      { name: "by_time", key: { home: 1, kind: 1, sinceMs: -1, uid: 1 } },
      { name: "by_term", key: { home: 1, kind: 1, terms: 1 } },
      { name: "by_user", key: { app: 1, uid: 1, kind: 1 } },
    ],
  },
];
