import { changeGuarded, READ_MS, reading, writing } from "@parlance/platform/mongo";
import type { AppId, Uid } from "@parlance/platform/ids";
import { CLOSE_REVOKED, isExpired, type TokenRecord } from "../../domain/token.js";
import { isActive } from "../../domain/user.js";
import { tokenEnded, tokensRevoked } from "../sqlite/facts.js";
import type { FoundToken, TokenPage, TokenRemoval, TokenRules, TokenStore, TokenUse } from "../ports.js";
import { userKey, type Collections } from "./documents.js";
import { endExpired } from "./expiry.js";
import { makeRoom } from "./room.js";
import { appOf, changedDoc, tokenDoc, tokenOf, userOf } from "./stored.js";
import type { CredentialHash } from "../../domain/credential.js";

export function createTokenStore(all: Collections): TokenStore {
  return {
    add: (app, token, rules) => add(all, app, { token, rules }),
    list: (app, page) => list(all, app, page),
    remove: (app, removal) => remove(all, app, removal),
    removeAll: (app, uid, atMs) => removeAll(all, app, { uid, atMs }),
    findByHash: (hash) => findByHash(all, hash),
    touch: (app, uses) => touch(all, app, uses),
    endExpired: (atMs, limit) => endExpired(all, atMs, limit),
  };
}

interface NewToken {
  readonly token: TokenRecord;
  readonly rules: TokenRules;
}

async function add({ users, clock }: Collections, app: AppId, { token, rules }: NewToken): Promise<boolean> {
  const added = await changeGuarded({ collection: users, clock }, userKey(app, token.uid), (doc) => {
    if (!isActive(userOf(doc))) return { answer: false };
    const { kept, removed } = makeRoom(doc, rules);
    const facts = removed.map((each) => tokenEnded(app, { token: each, closeCode: CLOSE_REVOKED, atMs: rules.nowMs }));
    return { next: changedDoc(doc, { tokens: [...kept, tokenDoc(token)], facts, atMs: rules.nowMs }), answer: true };
  });
  return added ?? false;
}

async function list({ users }: Collections, app: AppId, page: TokenPage) {
  const doc = await reading(users.findOne({ _id: userKey(app, page.uid) }, { maxTimeMS: READ_MS }));
  const newestFirst = doc === null ? [] : doc.tokens.map((token) => tokenOf(token, doc)).toReversed();
  const live = newestFirst.filter((token) => !isExpired(token, page)).sort((one, other) => other.createdAtMs - one.createdAtMs);
  return { tokens: live.slice(page.offset, page.offset + page.limit), total: live.length };
}

async function remove({ users, clock }: Collections, app: AppId, removal: TokenRemoval) {
  const { uid, ids, closeCode, atMs } = removal;
  const removed = await changeGuarded({ collection: users, clock }, userKey(app, uid), (doc) => {
    const id = ids.find((each) => doc.tokens.some((token) => token.tokenId === each));
    const token = doc.tokens.find(({ tokenId }) => tokenId === id);
    if (token === undefined) return { answer: false };
    const facts = [tokenEnded(app, { token: tokenOf(token, doc), closeCode, atMs })];
    return { next: changedDoc(doc, { tokens: doc.tokens.filter((each) => each !== token), facts, atMs }), answer: true };
  });
  if (removed === true) return "removed";
  const owner = await reading(users.findOne(
    { app, "tokens.tokenId": { $in: [...ids] } }, { maxTimeMS: READ_MS, projection: { uid: 1 } },
  ));
  // One of the user itself was added since: for this call it was not there yet.
  return owner === null || owner.uid === uid ? "unknown" : "foreign";
}

async function removeAll(
  { users, clock }: Collections, app: AppId, { uid, atMs }: { readonly uid: Uid; readonly atMs: number },
): Promise<void> {
  await changeGuarded({ collection: users, clock }, userKey(app, uid), (doc) => {
    if (doc.tokens.length === 0) return { answer: undefined };
    // The version names the event; caches need not hear of it.
    const user = { ...userOf(doc), version: doc.version + 1 };
    const tokenIds = doc.tokens.map((token) => tokenOf(token, doc).tokenId);
    const next = changedDoc(doc, { user, tokens: [], facts: [tokensRevoked(app, user, tokenIds, atMs)], atMs });
    return { next, answer: undefined };
  });
}

async function findByHash({ apps, users }: Collections, hash: CredentialHash): Promise<FoundToken | undefined> {
  const doc = await reading(users.findOne({ "tokens.hash": hash }, { maxTimeMS: READ_MS }));
  const token = doc?.tokens.find((each) => each.hash === hash);
  if (doc === null || token === undefined) return undefined;
  const app = await reading(apps.findOne({ _id: doc.app }, { maxTimeMS: READ_MS, projection: { keys: 0 } }));
  return app === null ? undefined : { app: appOf(app), user: userOf(doc), token: tokenOf(token, doc) };
}

async function touch({ users }: Collections, app: AppId, uses: readonly TokenUse[]): Promise<void> {
  if (uses.length === 0) return;
  await writing(users.bulkWrite(uses.map(({ tokenId, atMs }) => ({
    updateOne: {
      filter: { app, "tokens.tokenId": tokenId },
      update: { $max: { "tokens.$[used].lastUsedAtMs": atMs }, $inc: { rev: 1 } },
      arrayFilters: [{ "used.tokenId": tokenId }],
    },
  })), { ordered: false }));
}
