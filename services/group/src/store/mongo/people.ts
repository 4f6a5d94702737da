import { LIST_MS, reading, writing } from "@parlance/platform/mongo";
import type { AppId } from "@parlance/platform/ids";
import { folded } from "@parlance/platform/paging";
import type { Rename } from "../ports.js";
import { partsOfHome, userKey, type Collections } from "./documents.js";
import { placesOf } from "./places.js";
import { leavePlaces, settledOutlines } from "./settling.js";
import { personTerms } from "./stored.js";

export async function rename(all: Collections, app: AppId, { uid, name, nameAtMs }: Rename, limit: number): Promise<boolean> {
  const { people } = all;
  // A change that waits would bring the old name with it.
  await settledOutlines(all, (await placesOf(all, [userKey(app, uid)])).flat().map(({ home }) => partsOfHome(home).groupId));
  const isOlder = { $or: [{ nameAtMs: { $lt: nameAtMs } }, { nameAtMs, name: { $ne: name } }] };
  const older = people.find({ app, uid, kind: { $in: ["m", "b"] }, ...isOlder }, { maxTimeMS: LIST_MS, projection: { _id: 1 } });
  const ids = (await reading(older.limit(limit).toArray())).map(({ _id }) => _id);
  const words = { name, foldedName: folded(name), nameAtMs, terms: personTerms({ uid, name }) };
  await Promise.all(ids.map((_id) => writing(people.updateOne({ _id, kind: { $ne: "x" }, ...isOlder }, { $set: words }))));
  return ids.length === limit;
}

/** People of removed groups, slice by slice. */
export async function eraseSome(all: Collections, limit: number): Promise<boolean> {
  const doc = await reading(all.groups.findOne(
    { erasing: { $gt: "" } }, { maxTimeMS: LIST_MS, projection: { erasing: 1 } },
  ));
  const incarnation = doc?.erasing?.[0];
  if (doc === null || incarnation === undefined) return false;
  const home = `${doc._id}/${incarnation}`;
  const people = await reading(all.people.find({ home }, { maxTimeMS: LIST_MS }).limit(limit).toArray());
  await writing(leavePlaces(all, home, people.filter(({ kind }) => kind === "m"), Number.MAX_SAFE_INTEGER));
  await writing(all.people.deleteMany({ _id: { $in: people.map(({ _id }) => _id) } }));
  if (people.length < limit) await writing(all.groups.updateOne({ _id: doc._id }, { $pull: { erasing: incarnation } }));
  return true;
}
