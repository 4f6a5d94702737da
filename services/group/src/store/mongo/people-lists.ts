// Lists of members and bans, of the group as it is: a change that waits is carried out first.
import { LIST_MS, reading, type Filter, type Sort } from "@parlance/platform/mongo";
import type { AppId, Guid } from "@parlance/platform/ids";
import type { BanRecord, MemberRecord } from "../../domain/roster.js";
import type { BanFilter, BanQuery, MemberFilter, MemberQuery } from "../ports.js";
import { groupKey, homeOf, type Collections, type PersonDoc } from "./documents.js";
import { startsWith } from "./ranges.js";
import { settledGroup } from "./settling.js";
import { banOf, memberOf } from "./stored.js";

type Part = Filter<PersonDoc>;

const BY_RANK: Sort = { scope: -1, foldedName: 1, uid: 1 };
const BY_TIME: Sort = { sinceMs: -1, uid: 1 };

/** Undefined when there is no such group. */
async function homeNow(all: Collections, app: AppId, guid: Guid): Promise<string | undefined> {
  const doc = await settledGroup(all, groupKey(app, guid));
  return doc?.group === undefined ? undefined : homeOf(doc);
}

function found(searchKey: string): Part[] {
  return searchKey === "" ? [] : [{ terms: { $elemMatch: startsWith(searchKey) } }];
}

function memberParts({ searchKey, scopes }: MemberFilter): Part[] {
  return [{ kind: "m" }, ...found(searchKey), ...(scopes.length === 0 ? [] : [{ scope: { $in: [...scopes] } }])];
}

function banParts({ searchKey }: BanFilter): Part[] {
  return [{ kind: "b" }, ...found(searchKey)];
}

function behindMember({ after }: MemberQuery): Part[] {
  if (after === undefined) return [];
  const { scope, foldedName, id } = after;
  return [
    { scope: { $lte: scope } },
    { $or: [{ scope: { $lt: scope } }, { foldedName: { $gt: foldedName } }, { foldedName, uid: { $gt: id } }] },
  ];
}

function behindBan({ after }: BanQuery): Part[] {
  if (after === undefined) return [];
  const { bannedAtMs, uid } = after;
  return [{ sinceMs: { $lte: bannedAtMs } }, { $or: [{ sinceMs: { $lt: bannedAtMs } }, { uid: { $gt: uid } }] }];
}

interface Page {
  readonly guid: Guid;
  readonly parts: readonly Part[];
  readonly sort: Sort;
  readonly offset: number;
  readonly limit: number;
}

async function list(all: Collections, app: AppId, { guid, parts, sort, offset, limit }: Page): Promise<readonly PersonDoc[]> {
  const home = limit === 0 ? undefined : await homeNow(all, app, guid);
  if (home === undefined) return [];
  const people = all.people.find({ $and: [{ home }, ...parts] }, { maxTimeMS: LIST_MS });
  return reading(people.sort(sort).skip(offset).limit(limit).toArray());
}

async function count(all: Collections, app: AppId, guid: Guid, parts: readonly Part[]): Promise<number> {
  const home = await homeNow(all, app, guid);
  return home === undefined ? 0 : reading(all.people.countDocuments({ $and: [{ home }, ...parts] }, { maxTimeMS: LIST_MS }));
}

export async function listMembers(all: Collections, app: AppId, query: MemberQuery): Promise<readonly MemberRecord[]> {
  const parts = [...memberParts(query), ...behindMember(query)];
  return (await list(all, app, { ...query, parts, sort: BY_RANK })).map(memberOf);
}

export async function listBans(all: Collections, app: AppId, query: BanQuery): Promise<readonly BanRecord[]> {
  const parts = [...banParts(query), ...behindBan(query)];
  return (await list(all, app, { ...query, parts, sort: BY_TIME })).map(banOf);
}

export function countMembers(all: Collections, app: AppId, filter: MemberFilter): Promise<number> {
  return count(all, app, filter.guid, memberParts(filter));
}

export function countBans(all: Collections, app: AppId, filter: BanFilter): Promise<number> {
  return count(all, app, filter.guid, banParts(filter));
}
