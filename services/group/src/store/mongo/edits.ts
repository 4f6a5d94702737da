import { LAZY, reading, writing } from "@parlance/platform/mongo";
import { uid, type AppId, type Guid } from "@parlance/platform/ids";
import type { EditOutcome, GroupEdit, GroupRemoval } from "../ports.js";
import { commit, type Commit } from "./commit.js";
import { groupKey, homeOf, type Collections } from "./documents.js";
import { takePlaces } from "./places.js";
import { settleOwn } from "./settling.js";
import { changeDoc, fieldsOf } from "./stored.js";

const outcomeOf = (isDone: boolean): EditOutcome => ({ kind: isDone ? "done" : "conflict" });

export async function create(all: Collections, app: AppId, edit: GroupEdit): Promise<EditOutcome> {
  const id = groupKey(app, edit.group.guid);
  // The common case of a guid that is taken takes nobody's place.
  const taken = await reading(all.groups.findOne({ _id: id, group: { $exists: true } }, { projection: { _id: 1 } }));
  return taken === null ? put(all, app, { edit, from: undefined, revision: edit.group.revision }) : outcomeOf(false);
}

export function edit(all: Collections, app: AppId, change: GroupEdit): Promise<EditOutcome> {
  const { incarnation, revision } = change.group;
  return put(all, app, { edit: change, from: { incarnation, revision }, revision: revision + 1 });
}

interface Put {
  readonly edit: GroupEdit;
  readonly from: Commit["from"];
  readonly revision: number;
}

async function put(all: Collections, app: AppId, { edit: told, from, revision }: Put): Promise<EditOutcome> {
  const { group, joining, groupsMax } = told;
  const { incarnation } = group;
  const id = groupKey(app, group.guid);
  const place = { app, home: homeOf({ _id: id, incarnation }), at: revision };
  const { full, checkTime } = await takePlaces(all, joining, { ...place, max: groupsMax });
  if (full.length > 0) return { kind: "full", uids: full.map(uid) };
  const change = changeDoc(place, told);
  const set = { incarnation, revision, group: fieldsOf(app, group), ...(change === undefined ? {} : { change }) };
  const isDone = await commit(all, { id, from, set, told, checkTime });
  if (isDone && change !== undefined) await settleOwn(all, { _id: id, incarnation, change });
  return outcomeOf(isDone);
}

export async function remove(all: Collections, app: AppId, removal: GroupRemoval): Promise<EditOutcome> {
  const { guid, incarnation, revision } = removal.group;
  return outcomeOf(await commit(all, {
    id: groupKey(app, guid), from: { incarnation, revision }, set: { revision: revision + 1 }, erasing: incarnation, told: removal,
  }));
}

export async function replacePassword(
  { groups }: Collections, id: string, { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await writing(groups.updateOne({ _id: id, "group.passwordHash": from }, { $set: { "group.passwordHash": to } }));
}

export async function delivered(
  { groups }: Collections, { app, guid, eventIds }: { readonly app: AppId; readonly guid: Guid; readonly eventIds: readonly string[] },
): Promise<void> {
  const isTold = { eventId: { $in: [...eventIds] } };
  await writing(groups.updateOne({ _id: groupKey(app, guid) }, { $pull: { untold: isTold } }, { writeConcern: LAZY }));
}
