import { insertNew, LIST_MS, READ_MS, reading, writing, type Filter } from "@parlance/platform/mongo";
import type { AppQuery, AppStore, KeyStore } from "../ports.js";
import type { AppDoc, Collections } from "./documents.js";
import { appDoc, appOf, keyDoc, keyOf } from "./stored.js";
import { startsWith } from "./ranges.js";

export function createAppStore({ apps }: Pick<Collections, "apps">): AppStore {
  return {
    add: (app, keys) => insertNew(apps, appDoc(app, keys)),
    get: async (app) => {
      const doc = await reading(apps.findOne({ _id: app }, { maxTimeMS: READ_MS, projection: { keys: 0 } }));
      return doc === null ? undefined : appOf(doc);
    },
    list: async (query) => {
      const found = apps.find(listFilter(query), { maxTimeMS: LIST_MS, projection: { keys: 0 } });
      return (await reading(found.sort({ createdAtMs: 1, _id: 1 }).limit(query.limit).toArray())).map(appOf);
    },
  };
}

function listFilter({ searchKey, after }: AppQuery): Filter<AppDoc> {
  const parts: Filter<AppDoc>[] = [];
  if (searchKey !== "") parts.push({ $or: [{ _id: startsWith(searchKey) }, { foldedName: startsWith(searchKey) }] });
  if (after !== undefined) {
    const { createdAtMs, appId } = after;
    parts.push({ $or: [{ createdAtMs: { $gt: createdAtMs } }, { createdAtMs, _id: { $gt: appId } }] });
  }
  return parts.length === 0 ? {} : { $and: parts };
}

export function createKeyStore({ apps }: Pick<Collections, "apps">): KeyStore {
  return {
    add: async (app, key, keysMax) => {
      // The place of the last key that is allowed must be free: checked and filled in one step.
      const hasRoom = { _id: app, [`keys.${keysMax - 1}`]: { $exists: false } };
      const { matchedCount } = await writing(apps.updateOne(hasRoom, { $push: { keys: keyDoc(key) } }));
      return matchedCount === 1;
    },
    list: async (app) => {
      const doc = await reading(apps.findOne({ _id: app }, { maxTimeMS: READ_MS }));
      const keys = (doc?.keys ?? []).map(keyOf);
      return keys.sort((one, other) => one.createdAtMs - other.createdAtMs || (one.keyId < other.keyId ? -1 : 1));
    },
    remove: async (app, ids) => {
      const isNamed = { $in: [...ids] };
      const { matchedCount } = await writing(
        apps.updateOne({ _id: app, "keys.keyId": isNamed }, { $pull: { keys: { keyId: isNamed } } }),
      );
      return matchedCount === 1;
    },
    findByHash: async (hash) => {
      const doc = await reading(apps.findOne({ "keys.hash": hash }, { maxTimeMS: READ_MS }));
      const key = doc?.keys.find((each) => each.hash === hash);
      return doc === null || key === undefined ? undefined : { app: appOf(doc), key: keyOf(key) };
    },
  };
}
