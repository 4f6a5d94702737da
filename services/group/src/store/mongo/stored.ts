// From records to documents and back.
import { guid, uid, type AppId, type Uid } from "@parlance/platform/ids";
import { folded, nameTerms } from "@parlance/platform/paging";
import { GroupType } from "@parlance/proto/group/v1/group";
import type { GroupRecord } from "../../domain/group.js";
import type { BanRecord, MemberRecord, Named } from "../../domain/roster.js";
import type { GroupEdit, PendingEvent } from "../ports.js";
import {
  personKey, type ChangeDoc, type GroupDoc, type GroupFieldsDoc, type PersonDoc, type UntoldDoc,
} from "./documents.js";

export function fieldsOf(app: AppId, { incarnation: _i, revision: _r, ...group }: GroupRecord): GroupFieldsDoc {
  return {
    ...group, app, foldedName: folded(group.name), private: group.type === GroupType.PRIVATE ? 1 : 0,
    terms: [`g:${group.guid}`, ...nameTerms(group.name).map((term) => `n:${term}`), ...group.tags.map((tag) => `t:${tag}`)],
  };
}

/** Undefined when it was removed. */
export function groupOf({ incarnation, revision, group }: GroupDoc): GroupRecord | undefined {
  return group && {
    guid: guid(group.guid), incarnation, name: group.name, type: group.type, passwordHash: group.passwordHash, icon: group.icon,
    description: group.description, owner: uid(group.owner), metadataJson: group.metadataJson, tags: group.tags,
    historyVisibility: group.historyVisibility, membersCount: group.membersCount, createdAtMs: group.createdAtMs,
    updatedAtMs: group.updatedAtMs, updatedBy: group.updatedBy, version: group.version, revision,
  };
}

export function personTerms({ uid: id, name }: Pick<Named, "uid" | "name">): readonly string[] {
  return [...new Set([id, ...nameTerms(name)])];
}

export interface Place {
  readonly app: AppId;
  readonly home: string;
  readonly at: number;
}

function personOf({ app, home, at }: Place, named: Named, rest: Pick<PersonDoc, "kind" | "scope" | "sinceMs" | "by">): PersonDoc {
  const { name, nameAtMs } = named;
  return {
    _id: personKey(home, named.uid), home, app, uid: named.uid, at, name, foldedName: folded(name), nameAtMs,
    terms: personTerms(named), ...rest,
  };
}

const NOBODY = { name: "", foldedName: "", nameAtMs: 0, terms: [], kind: "x", scope: 0, sinceMs: 0, by: "" } as const;

/** What an edit does to people; undefined when that is nothing. */
export function changeDoc(place: Place, { members, bans, joining }: GroupEdit): ChangeDoc | undefined {
  const { app, home, at } = place;
  const joined = new Set(joining);
  const people = new Map<Uid, PersonDoc>();
  for (const who of [...members.remove, ...bans.remove]) {
    people.set(who, { _id: personKey(home, who), home, app, uid: who, at, ...NOBODY });
  }
  for (const member of members.put.filter((each) => joined.has(each.uid))) {
    people.set(member.uid, personOf(place, member, { kind: "m", scope: member.scope, sinceMs: member.joinedAtMs, by: "" }));
  }
  for (const ban of bans.put) {
    people.set(ban.uid, personOf(place, ban, { kind: "b", scope: ban.formerScope, sinceMs: ban.bannedAtMs, by: ban.bannedBy }));
  }
  const scopes = members.put.filter((each) => !joined.has(each.uid)).map((each) => ({ uid: each.uid, scope: each.scope }));
  if (people.size + scopes.length === 0) return undefined;
  return { revision: at, people: [...people.values()], scopes };
}

export function memberOf(doc: PersonDoc): MemberRecord {
  return { uid: uid(doc.uid), name: doc.name, nameAtMs: doc.nameAtMs, scope: doc.scope, joinedAtMs: doc.sinceMs };
}

export function banOf(doc: PersonDoc): BanRecord {
  return {
    uid: uid(doc.uid), name: doc.name, nameAtMs: doc.nameAtMs, formerScope: doc.scope, bannedAtMs: doc.sinceMs, bannedBy: uid(doc.by),
  };
}

export function untoldDoc({ eventId, incarnation, by, step, value }: PendingEvent): UntoldDoc {
  return {
    eventId, incarnation, by, value,
    ...(step === undefined ? {} : { step: { kind: step.kind, uid: step.uid, newScope: step.newScope } }),
  };
}

export function pendingOf({ eventId, incarnation, by, step, value }: UntoldDoc): PendingEvent {
  const who = uid(by);
  return {
    eventId, incarnation, by: who, value: bytesOf(value),
    step: step && { eventId, incarnation, kind: step.kind, uid: uid(step.uid), by: who, newScope: step.newScope },
  };
}

/** The driver reads bytes as an object of its own. */
function bytesOf(value: Uint8Array | { value(): Uint8Array }): Uint8Array {
  return value instanceof Uint8Array ? value : Uint8Array.from(value.value());
}
