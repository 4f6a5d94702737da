// The cap on groups per user. A user's document has a place for every group the user is in: it is taken before the commit
// that lets the user in, and left after the one that lets the user out, so places are never too few. One that no commit
// followed is found out when it is in the way. When a place cannot be taken or dropped, nothing of the change is done.
//
// `at` is the revision that the group has with the user in it. A commit makes it the next one, so a place at or below the
// group's revision belongs to somebody who is a member, or to nobody (any more). One above it waits for its commit.
import { READ_MS, isDuplicate, readFailed, reading } from "@parlance/platform/mongo";
import { fail } from "@parlance/platform/errors";
import {
  partsOfHome, userKey, type Collections, type PersonDoc, type PlaceDoc,
} from "./documents.js";
import { peopleOf, settledOutlines, type Outline } from "./settling.js";

/** A commit that has not begun so long after its place was taken does not happen. */
const COMMIT_WITHIN_MS = 30_000;
/** So long a place is kept for a commit. Far above what a write lasts and clocks differ. */
const KEPT_MS = 300_000;

export interface Wanted {
  readonly app: string;
  readonly home: string;
  readonly at: number;
  readonly max: number;
}

/** Those for whom there is no place, and until when the commit must have begun that the places are for. */
export async function takePlaces(
  all: Collections, uids: readonly string[], wanted: Wanted,
): Promise<{ readonly full: readonly string[]; readonly checkTime: () => void }> {
  const sinceMs = all.clock.now();
  const taken = await Promise.all(uids.map((uid) => takePlace(all, uid, { ...wanted, sinceMs })));
  return {
    full: uids.filter((_uid, n) => taken[n] === false),
    checkTime: () => {
      if (all.clock.now() > sinceMs + COMMIT_WITHIN_MS) throw fail("ERR_OPERATION_FAILED", "the places are too old");
    },
  };
}

type WantedSince = Wanted & { readonly sinceMs: number };

async function takePlace(all: Collections, uid: string, wanted: WantedSince): Promise<boolean> {
  const id = userKey(wanted.app, uid);
  return await tryPlace(all, id, wanted) || (await dropDead(all, { id, uid }) && await tryPlace(all, id, wanted));
}

async function tryPlace(all: Collections, id: string, wanted: WantedSince): Promise<boolean> {
  const { home, at, sinceMs } = wanted;
  if (await pushOrMove(all, id, wanted)) return true;
  try {
    await all.users.insertOne({ _id: id, places: [{ home, at, sinceMs }] });
    return true;
  } catch (error) {
    if (!isDuplicate(error)) throw readFailed(error);
    // It may have come into being since.
    return pushOrMove(all, id, wanted);
  }
}

async function pushOrMove({ users }: Collections, id: string, { home, at, sinceMs, max }: WantedSince): Promise<boolean> {
  // The last place that is allowed must be free: checked and filled in one step.
  const isFree = { _id: id, "places.home": { $ne: home }, [`places.${max - 1}`]: { $exists: false } };
  const pushed = await reading(users.updateOne(isFree, { $push: { places: { home, at, sinceMs } } }));
  if (pushed.matchedCount === 1) return true;
  const moved = await reading(users.updateOne(
    { _id: id, "places.home": home }, { $max: { "places.$.at": at, "places.$.sinceMs": sinceMs } },
  ));
  return moved.matchedCount === 1;
}

/** Of each user, in the order of the keys. */
export async function placesOf({ users }: Collections, ids: readonly string[]): Promise<readonly (readonly PlaceDoc[])[]> {
  const docs = await reading(users.find({ _id: { $in: [...new Set(ids)] } }, { maxTimeMS: READ_MS }).toArray());
  const places = new Map(docs.map((doc) => [doc._id, doc.places]));
  return ids.map((id) => places.get(id) ?? []);
}

/** True when a place is free now that was not. */
async function dropDead(all: Collections, { id, uid }: { readonly id: string; readonly uid: string }): Promise<boolean> {
  const [places = []] = await placesOf(all, [id]);
  const groups = await settledOutlines(all, places.map(({ home }) => partsOfHome(home).groupId));
  const people = await peopleOf(all, places.map(({ home }) => ({ home, uid })));
  const person = new Map(people.map((each) => [each.home, each]));
  let dropped = false;
  for (const place of places) {
    const { home, at, sinceMs } = place;
    if (!isDead(place, groups.get(partsOfHome(home).groupId), person.get(home), all.clock.now())) continue;
    // Unless it was taken again meanwhile.
    const { modifiedCount } = await reading(all.users.updateOne(
      { _id: id, "places.home": home }, { $pull: { places: { home: { $eq: home }, at: { $lte: at }, sinceMs: { $lte: sinceMs } } } },
    ));
    dropped ||= modifiedCount === 1;
  }
  return dropped;
}

/** The group as it was, with its change carried out, before the person was read. */
function isDead(place: PlaceDoc, group: Outline | undefined, person: PersonDoc | undefined, nowMs: number): boolean {
  const { incarnation } = partsOfHome(place.home);
  const isThere = group?.incarnation === incarnation;
  if (group?.erasing?.includes(incarnation) || (isThere && group.group === undefined)) return true;
  if (isThere && (person?.kind === "m" || (person?.at ?? 0) > group.revision)) return false;
  if (isThere && place.at <= group.revision) return true;
  return place.sinceMs + KEPT_MS < nowMs;
}

