// From records to documents and back.
import { appId, keyId, roleId, tokenId, uid, type AppId } from "@parlance/platform/ids";
import type { LogRecord } from "@parlance/platform/eventlog";
import { withFacts } from "@parlance/platform/mongo";
import { folded, nameTerms } from "@parlance/platform/paging";
import type { ApiKeyRecord } from "../../domain/api-key.js";
import type { AppRecord } from "../../domain/app.js";
import type { CredentialHash } from "../../domain/credential.js";
import type { TokenRecord } from "../../domain/token.js";
import type { UserRecord } from "../../domain/user.js";
import { userKey, type AppDoc, type KeyDoc, type TokenDoc, type UserDoc } from "./documents.js";

export function appDoc({ appId: id, ...app }: AppRecord, keys: readonly ApiKeyRecord[]): AppDoc {
  return { _id: id, ...app, foldedName: folded(app.name), keys: keys.map(keyDoc) };
}

export function appOf({ _id, name, region, production, suspended, createdAtMs, updatedAtMs, settingsHash }: AppDoc): AppRecord {
  return { appId: appId(_id), name, region, production, suspended, createdAtMs, updatedAtMs, settingsHash };
}

export function keyDoc({ keyId: id, hash, name, fullAccess, prefix, createdAtMs }: ApiKeyRecord): KeyDoc {
  return { keyId: id, hash, name, fullAccess, prefix, createdAtMs };
}

export function keyOf({ keyId: id, hash, name, fullAccess, prefix, createdAtMs }: KeyDoc): ApiKeyRecord {
  return { keyId: keyId(id), hash: hash as CredentialHash, name, fullAccess, prefix, createdAtMs };
}

export function tokenDoc({ uid: _uid, ...token }: TokenRecord): TokenDoc {
  return { ...token, ended: false };
}

export function tokenOf({ ended: _ended, ...token }: TokenDoc, owner: Pick<UserDoc, "uid">): TokenRecord {
  return { ...token, tokenId: tokenId(token.tokenId), hash: token.hash as CredentialHash, uid: uid(owner.uid) };
}

function fieldsOf(user: UserRecord) {
  const { online, ...fields } = user;
  return {
    ...fields, offline: online ? 0 : 1, foldedName: folded(user.name),
    terms: [`u:${user.uid}`, ...nameTerms(user.name).map((term) => `n:${term}`), ...user.tags.map((tag) => `t:${tag}`)],
  };
}

export function newUserDoc(app: AppId, user: UserRecord, tokens: readonly TokenDoc[], facts: readonly LogRecord[]): UserDoc {
  const doc: UserDoc = {
    _id: userKey(app, user.uid), app, rev: 0, statusAtMs: 0, ...fieldsOf(user), tokens: [],
    pending: withFacts([], facts, user.createdAtMs),
  };
  return withTokens(doc, tokens);
}

/** What may change of a document at once; what is absent stays. */
export interface DocChange {
  readonly user?: UserRecord;
  readonly tokens?: readonly TokenDoc[];
  readonly facts?: readonly LogRecord[];
  readonly atMs: number;
}

export function changedDoc(doc: UserDoc, { user, tokens = doc.tokens, facts = [], atMs }: DocChange): UserDoc {
  const after = { ...doc, ...(user === undefined ? {} : fieldsOf(user)), pending: withFacts(doc.pending, facts, atMs) };
  return withTokens(after, tokens);
}

function withTokens({ endsAtMs: _endsAtMs, ...doc }: UserDoc, tokens: readonly TokenDoc[]): UserDoc {
  const ends = tokens.filter(({ ended, expiresAtMs }) => !ended && expiresAtMs > 0).map(({ expiresAtMs }) => expiresAtMs);
  return { ...doc, tokens, ...(ends.length === 0 ? {} : { endsAtMs: Math.min(...ends) }) };
}

/** What `userOf` needs of a document: lists leave the rest where it is. */
export type UserFields = Omit<UserDoc, "tokens" | "pending" | "terms" | "endsAtMs">;

export function userOf(doc: UserFields): UserRecord {
  return {
    uid: uid(doc.uid), name: doc.name, avatar: doc.avatar, link: doc.link, role: roleId(doc.role), metadataJson: doc.metadataJson,
    publicMetadataJson: doc.publicMetadataJson, tags: doc.tags, statusMessage: doc.statusMessage, online: doc.offline === 0,
    lastActiveAtMs: doc.lastActiveAtMs, createdAtMs: doc.createdAtMs, updatedAtMs: doc.updatedAtMs,
    deactivatedAtMs: doc.deactivatedAtMs, version: doc.version,
  };
}
