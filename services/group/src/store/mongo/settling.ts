// A commit stands in the group's document; its effects on people come after it, each guarded by the revision, so that
// whoever finds the change carries it out, as often as it is found, and a late repeat does not undo what came later.
import { LAZY, LIST_MS, READ_MS, isDuplicate, readFailed, reading } from "@parlance/platform/mongo";
import { homeOf, personKey, userKey, type Collections, type GroupDoc, type GroupFieldsDoc, type PersonDoc } from "./documents.js";

type Changed = Pick<GroupDoc, "_id" | "incarnation" | "change">;

/** Carries out what a commit says, and takes it out of the document. Throws what the driver throws. */
async function settle(all: Collections, { _id, incarnation, change }: Changed): Promise<void> {
  if (change === undefined) return;
  const { revision, people, scopes } = change;
  const home = homeOf({ _id, incarnation });
  await Promise.all([
    ...people.map((person) => putPerson(all, person)),
    ...scopes.map(({ uid, scope }) => all.people.updateOne(
      { _id: personKey(home, uid), at: { $lt: revision } }, { $set: { scope, at: revision } },
    )),
  ]);
  await leavePlaces(all, home, people.filter(({ kind }) => kind !== "m"), revision);
  await clear(all, { _id, incarnation, change });
}

/** Gives up the places of people who are out of the group since the revision. Throws what the driver throws. */
export async function leavePlaces(
  { users }: Pick<Collections, "users">, home: string, people: readonly Pick<PersonDoc, "app" | "uid">[], revision: number,
): Promise<void> {
  await Promise.all(people.map(({ app, uid }) => users.updateOne(
    { _id: userKey(app, uid) }, { $pull: { places: { home: { $eq: home }, at: { $lte: revision } } } },
  )));
}

/** Unless a later change was there first. */
async function putPerson({ people }: Collections, person: PersonDoc): Promise<void> {
  const { _id, ...rest } = person;
  try {
    await people.updateOne({ _id, at: { $lt: person.at } }, { $set: rest }, { upsert: true });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}

async function clear({ groups }: Collections, { _id, incarnation, change }: Required<Changed>): Promise<void> {
  const { matchedCount } = await groups.updateOne(
    { _id, incarnation, "change.revision": change.revision }, { $unset: { change: "" } }, { writeConcern: LAZY },
  );
  if (matchedCount === 1) return;
  const doc = await groups.findOne({ _id }, { maxTimeMS: READ_MS, projection: { incarnation: 1, "group.app": 1 } });
  const isLate = doc !== null && (doc.incarnation !== incarnation || doc.group === undefined);
  // The people of a group that is no more may be erased already, and were made again here.
  if (isLate) await groups.updateOne({ _id }, { $addToSet: { erasing: incarnation } });
}

/** For those who did not make the commit: nothing of theirs is done when it fails. */
export async function settleOthers(all: Collections, doc: Changed): Promise<void> {
  await settle(all, doc).catch((error: unknown) => {
    throw readFailed(error);
  });
}

/** For the one who did: the change stands, and every read carries out what is left of it. */
export async function settleOwn(all: Collections, doc: Changed): Promise<void> {
  await settle(all, doc).catch((error: unknown) => {
    if (readFailed(error) === error) throw error;
  });
}

const WHOLE = { pending: 0, "group.terms": 0 } as const;
/** Enough to tell whether a group is there, and as of when. */
const OUTLINE = { incarnation: 1, revision: 1, change: 1, erasing: 1, "group.guid": 1 } as const;

/** The document, with its change carried out. */
export async function settledGroup(all: Collections, id: string): Promise<GroupDoc | undefined> {
  const doc = await reading(all.groups.findOne({ _id: id }, { maxTimeMS: READ_MS, projection: WHOLE }));
  if (doc === null) return undefined;
  await settleOthers(all, doc);
  return doc;
}

export interface Outline extends Pick<GroupDoc, "_id" | "incarnation" | "revision" | "change" | "erasing"> {
  readonly group?: Pick<GroupFieldsDoc, "guid">;
}

/** Those that there are, by id, with their changes carried out. */
export async function settledOutlines(all: Collections, ids: readonly string[]): Promise<ReadonlyMap<string, Outline>> {
  if (ids.length === 0) return new Map();
  const found = all.groups.find<Outline>({ _id: { $in: [...new Set(ids)] } }, { maxTimeMS: LIST_MS, projection: OUTLINE });
  const docs = await reading(found.toArray());
  await Promise.all(docs.map((doc) => settleOthers(all, doc)));
  return new Map(docs.map((doc) => [doc._id, doc]));
}

/** Those that there are. */
export async function peopleOf(
  { people }: Collections, wanted: readonly { readonly home: string; readonly uid: string }[],
): Promise<readonly PersonDoc[]> {
  if (wanted.length === 0) return [];
  const keys = [...new Set(wanted.map(({ home, uid }) => personKey(home, uid)))];
  return reading(people.find({ _id: { $in: keys } }, { maxTimeMS: LIST_MS }).toArray());
}
