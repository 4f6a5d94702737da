// Group lists. What a viewer may see comes from two sources, each of which an index or the viewer's few memberships keep
// short: groups that are listed to everybody, and private ones the viewer is in (S39). Filters are of constant shape, with
// texts and numbers of the request as values only (S21).
import { LIST_MS, reading, type Filter } from "@parlance/platform/mongo";
import type { AppId, Uid } from "@parlance/platform/ids";
import type { GroupFilter, GroupQuery, ListedGroup } from "../ports.js";
import { homeOf, type Collections, type GroupDoc } from "./documents.js";
import { startsWith } from "./ranges.js";
import { membershipsOf } from "./memberships.js";
import { state } from "./reads.js";
import { peopleOf, settleOthers } from "./settling.js";
import { groupOf, memberOf } from "./stored.js";

type Part = Filter<GroupDoc>;

function searchParts({ searchKey, tags, types }: GroupFilter): Part[] {
  const parts: Part[] = [];
  // $elemMatch: one term in the range, not one above its start and another below its end.
  const term = (kind: "g" | "n") => ({ "group.terms": { $elemMatch: startsWith(`${kind}:${searchKey}`) } });
  if (searchKey !== "") parts.push({ $or: [term("g"), term("n")] });
  if (tags.length > 0) parts.push({ "group.terms": { $in: tags.map((tag) => `t:${tag}`) } });
  if (types.length > 0) parts.push({ "group.type": { $in: [...types] } });
  return parts;
}

/** Each answers different groups. */
async function sources(all: Collections, app: AppId, filter: GroupFilter): Promise<Part[]> {
  const { viewer, joinedOnly } = filter;
  if (viewer === undefined) return [{ "group.app": app }];
  const isJoined = { _id: { $in: [...(await membershipsOf(all, app, viewer)).keys()] }, "group.app": app };
  return joinedOnly ? [isJoined] : [{ "group.app": app, "group.private": 0 }, { ...isJoined, "group.private": 1 }];
}

function behind({ after }: GroupQuery): Part[] {
  if (after === undefined) return [];
  const { foldedName, id } = after;
  return [
    { "group.foldedName": { $gte: foldedName } },
    { $or: [{ "group.foldedName": { $gt: foldedName } }, { "group.foldedName": foldedName, "group.guid": { $gt: id } }] },
  ];
}

export async function listGroups(all: Collections, app: AppId, query: GroupQuery): Promise<readonly ListedGroup[]> {
  const { offset, limit, viewer } = query;
  if (limit === 0) return [];
  const found = await Promise.all((await sources(all, app, query)).map((source) => reading(all.groups.find(
    { $and: [source, ...searchParts(query), ...behind(query)] },
    { maxTimeMS: LIST_MS, projection: { pending: 0, untold: 0, "group.terms": 0 } },
  ).sort({ "group.foldedName": 1, "group.guid": 1 }).limit(offset + limit).toArray())));
  const docs = (found.length === 1 ? found.flat() : found.flat().toSorted(byName)).slice(offset, offset + limit);
  return viewer === undefined ? docs.flatMap((doc) => listed(doc) ?? []) : seenBy(all, viewer, docs);
}

/** As the database sorts texts. */
function byName(one: GroupDoc, other: GroupDoc): number {
  const bytes = ({ group }: GroupDoc) => [Buffer.from(group?.foldedName ?? ""), Buffer.from(group?.guid ?? "")] as const;
  const [[oneName, oneGuid], [otherName, otherGuid]] = [bytes(one), bytes(other)];
  return Buffer.compare(oneName, otherName) || Buffer.compare(oneGuid, otherGuid);
}

function listed(doc: GroupDoc): ListedGroup | undefined {
  const group = groupOf(doc);
  return group && { group, member: undefined, isBanned: false };
}

async function seenBy(all: Collections, viewer: Uid, docs: readonly GroupDoc[]): Promise<readonly ListedGroup[]> {
  await Promise.all(docs.map((doc) => settleOthers(all, doc)));
  const people = await peopleOf(all, docs.map((doc) => ({ home: homeOf(doc), uid: viewer })));
  const byHome = new Map(people.map((person) => [person.home, person]));
  const answers = await Promise.all(docs.map(async (doc): Promise<ListedGroup | undefined> => {
    const person = byHome.get(homeOf(doc));
    const group = groupOf(doc);
    if (person !== undefined && person.at > doc.revision) return now(all, doc._id, viewer);
    return group && {
      group, member: person?.kind === "m" ? memberOf(person) : undefined, isBanned: person?.kind === "b",
    };
  }));
  return answers.filter((answer) => answer !== undefined);
}

/** One that has changed while the list was read. */
async function now(all: Collections, id: string, viewer: Uid): Promise<ListedGroup | undefined> {
  const { group, members, bans } = await state(all, id, [viewer]);
  return group && { group, member: members[0], isBanned: bans.length > 0 };
}

export async function countGroups(all: Collections, app: AppId, filter: GroupFilter): Promise<number> {
  const counts = await Promise.all((await sources(all, app, filter)).map((source) =>
    reading(all.groups.countDocuments({ $and: [source, ...searchParts(filter)] }, { maxTimeMS: LIST_MS }))));
  return counts.reduce((total, count) => total + count, 0);
}
