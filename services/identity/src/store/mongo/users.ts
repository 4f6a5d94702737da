import { changeGuarded, insertNew, LIST_MS, READ_MS, reading } from "@parlance/platform/mongo";
import type { AppId, Uid } from "@parlance/platform/ids";
import { changedUser, deactivatedUser, isActive, type UserRecord } from "../../domain/user.js";
import { userChanged, userDeactivated, userUpdated } from "../sqlite/facts.js";
import type { Deactivated, UserChange, UserQuery, UserStore } from "../ports.js";
import { userKey, type Collections } from "./documents.js";
import { changedDoc, newUserDoc, tokenDoc, userOf, type UserFields } from "./stored.js";
import { resetStatuses, setStatus } from "./user-status.js";
import { behind, userFilter, userSort } from "./user-list.js";

const USER_ONLY = { tokens: 0, pending: 0, terms: 0 } as const;

export function createUserStore(all: Collections): UserStore {
  const { users } = all;
  return {
    add: (app, user, token) => insertNew(
      users, newUserDoc(app, user, token === undefined ? [] : [tokenDoc(token)], [userChanged(app, user, user.createdAtMs)]),
    ),
    get: async (app, uid) => {
      const doc = await reading(users.findOne<UserFields>({ _id: userKey(app, uid) }, { maxTimeMS: READ_MS, projection: USER_ONLY }));
      return doc === null ? undefined : userOf(doc);
    },
    getMany: async (app, uids) => {
      const keys = [...new Set(uids)].map((uid) => userKey(app, uid));
      const found = users.find<UserFields>({ _id: { $in: keys } }, { maxTimeMS: READ_MS, projection: USER_ONLY });
      return (await reading(found.toArray())).map(userOf);
    },
    list: (app, query) => list(all, app, query),
    count: (app, filter) => reading(users.countDocuments(userFilter(app, filter), { maxTimeMS: LIST_MS })),
    update: (app, change) => update(all, app, change),
    deactivate: (app, uids, atMs) => deactivate(all, { app, uids, atMs }),
    setStatus: (app, uid, status) => setStatus(all, userKey(app, uid), status),
    resetStatuses: (atMs, limit) => resetStatuses(all, atMs, limit),
  };
}

async function list({ users }: Collections, app: AppId, query: UserQuery): Promise<readonly UserRecord[]> {
  const { offset, limit } = query;
  if (limit === 0) return [];
  const filter = userFilter(app, query, behind(query));
  const found = users.find<UserFields>(filter, { maxTimeMS: LIST_MS, projection: USER_ONLY }).sort(userSort(query));
  return (await reading(found.skip(offset).limit(limit).toArray())).map(userOf);
}

function update({ users, clock }: Collections, app: AppId, { uid, profile, atMs, origin }: UserChange) {
  return changeGuarded({ collection: users, clock }, userKey(app, uid), (doc) => {
    const before = userOf(doc);
    if (!isActive(before)) return { answer: undefined };
    const user = changedUser(before, profile, atMs);
    if (user === before) return { answer: before };
    const facts = [...userUpdated(app, user, atMs, origin), userChanged(app, user, atMs)];
    return { next: changedDoc(doc, { user, facts, atMs }), answer: user };
  });
}

interface Deactivation {
  readonly app: AppId;
  readonly uids: readonly Uid[];
  readonly atMs: number;
}

/** One change for each user: a failure half-way leaves the rest to the repeat. */
async function deactivate(all: Collections, { app, uids, atMs }: Deactivation): Promise<Deactivated> {
  const answer = { deactivated: [] as Uid[], alreadyDeactivated: [] as Uid[], notFound: [] as Uid[] };
  for (const uid of new Set(uids)) answer[await deactivateOne(all, { app, uid, atMs }) ?? "notFound"].push(uid);
  return answer;
}

function deactivateOne(
  { users, clock }: Collections, { app, uid, atMs }: { readonly app: AppId; readonly uid: Uid; readonly atMs: number },
) {
  return changeGuarded({ collection: users, clock }, userKey(app, uid), (doc) => {
    const before = userOf(doc);
    if (!isActive(before)) return { answer: "alreadyDeactivated" as const };
    const user = deactivatedUser(before, atMs);
    const next = changedDoc(doc, { user, tokens: [], facts: userDeactivated(app, user, atMs), atMs });
    return { next, answer: "deactivated" as const };
  });
}
