import { MongoOutbox, type Mongo } from "@parlance/platform/mongo";
import type { GroupStorage } from "../ports.js";
import { COLLECTIONS, collectionsOf, groupKey } from "./documents.js";
import { Memberships } from "./memberships.js";
import { create, delivered, edit, remove, replacePassword } from "./edits.js";
import { countGroups, listGroups } from "./group-list.js";
import { eraseSome, rename } from "./people.js";
import { countBans, countMembers, listBans, listMembers } from "./people-lists.js";
import { state } from "./reads.js";

export function groupMongoStorage(mongo: Mongo): GroupStorage {
  const all = collectionsOf(mongo);
  const memberships = new Memberships(all);
  return {
    outbox: new MongoOutbox(all.groups),
    prepare: () => mongo.declareIndexes(COLLECTIONS),
    groups: {
      state: (app, guid, uids) => state(all, groupKey(app, guid), uids),
      create: (app, change) => create(all, app, change),
      edit: (app, change) => edit(all, app, change),
      remove: (app, removal) => remove(all, app, removal),
      replacePassword: (app, guid, hashes) => replacePassword(all, groupKey(app, guid), hashes),
      list: (app, query) => listGroups(all, app, query),
      count: (app, filter) => countGroups(all, app, filter),
      eraseSome: (limit) => eraseSome(all, limit),
    },
    members: {
      list: (app, query) => listMembers(all, app, query),
      count: (app, filter) => countMembers(all, app, filter),
      guidsOf: (app, uid) => memberships.guidsOf(app, uid),
      rename: (app, change, limit) => rename(all, app, change, limit),
    },
    bans: {
      list: (app, query) => listBans(all, app, query),
      count: (app, filter) => countBans(all, app, filter),
    },
    pending: {
      delivered: (app, guid, eventIds) => delivered(all, { app, guid, eventIds }),
    },
  };
}
