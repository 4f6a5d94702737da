// What the service keeps. Guarantees of every adapter (the contract suites check them):
// - A method that writes is one atomic change with the facts it emits: both are durable when it resolves, or neither. Those
//   that change many users (deactivate, resetStatuses, endExpired) may be one such change for each user.
// - A read sees every write that resolved before it began.
// - An app sees only its own: the app comes first, and an id of another app is an id that does not exist. Exceptions are
//   the credential look-ups, which find out the app, and housekeeping over all apps.
// - Throws ERR_OPERATION_FAILED or ERR_TOO_MANY_REQUESTS when the store is away or busy; then nothing was done. Throws
//   ERR_MISSION_FAILED when it is not known whether a write was done, or not all of it.

import type { OutboxStore } from "@parlance/platform/eventlog";
import type { AppId, KeyId, SessionId, TokenId, Uid } from "@parlance/platform/ids";
import type { ApiKeyRecord } from "../domain/api-key.js";
import type { AppRecord } from "../domain/app.js";
import type { CredentialHash } from "../domain/credential.js";
import type { TokenLife, TokenRecord } from "../domain/token.js";
import type { ProfileChange, UserRecord } from "../domain/user.js";

export interface AppQuery {
  /** Folded prefix of id or name; empty for all. */
  readonly searchKey: string;
  readonly after: { readonly createdAtMs: number; readonly appId: AppId } | undefined;
  readonly limit: number;
}

export interface AppStore {
  /** Stores the app with its first keys; false when the id is taken. */
  add(app: AppRecord, keys: readonly ApiKeyRecord[]): Promise<boolean>;
  get(app: AppId): Promise<AppRecord | undefined>;
  /** By creation, then id. */
  list(query: AppQuery): Promise<readonly AppRecord[]>;
}

export interface KeyStore {
  /** False when the app has `keysMax` already. */
  add(app: AppId, key: ApiKeyRecord, keysMax: number): Promise<boolean>;
  /** By creation, then handle. */
  list(app: AppId): Promise<readonly ApiKeyRecord[]>;
  /** The handle may also be that of any of `ids`; false when none of them is a key of the app. */
  remove(app: AppId, ids: readonly KeyId[]): Promise<boolean>;
  findByHash(hash: CredentialHash): Promise<{ readonly app: AppRecord; readonly key: ApiKeyRecord } | undefined>;
}

export type UserOrder = "status" | "name" | "uid" | "createdAt";

/** Where a page begins: after the user with these values. Which of them count depends on the order. */
export interface UserPosition {
  readonly online: boolean;
  readonly foldedName: string;
  readonly createdAtMs: number;
  readonly uid: Uid;
}

/** Filters combine with AND, entries of a list with OR; an empty list does not filter. */
export interface UserFilter {
  /** Folded prefix of what `searchIn` names; empty for all. */
  readonly searchKey: string;
  readonly searchIn: readonly ("uid" | "name")[];
  readonly online: boolean | undefined;
  readonly roles: readonly string[];
  readonly tags: readonly string[];
  readonly uids: readonly string[];
  /** Left out. */
  readonly viewer: Uid | undefined;
  readonly withDeactivated: boolean;
}

export interface UserQuery extends UserFilter {
  readonly order: UserOrder;
  readonly descending: boolean;
  readonly after: UserPosition | undefined;
  readonly offset: number;
  readonly limit: number;
}

export interface Deactivated {
  readonly deactivated: readonly Uid[];
  readonly alreadyDeactivated: readonly Uid[];
  readonly notFound: readonly Uid[];
}

export interface SeenStatus {
  readonly online: boolean;
  readonly lastActiveAtMs: number;
  /** When it was so; an older status than the one stored changes nothing. */
  readonly atMs: number;
}

export interface UserStore {
  /** Stores a user, with a first token if given; false when the uid is taken, by a deactivated user too. Emits UserChanged. */
  add(app: AppId, user: UserRecord, token: TokenRecord | undefined): Promise<boolean>;
  /** Deactivated users too. */
  get(app: AppId, uid: Uid): Promise<UserRecord | undefined>;
  /** Those that exist, deactivated ones too, in no order. */
  getMany(app: AppId, uids: readonly Uid[]): Promise<readonly UserRecord[]>;
  /** At most `limit` users; all orders end with uid, so that pages neither repeat nor miss a user that does not move. */
  list(app: AppId, query: UserQuery): Promise<readonly UserRecord[]>;
  count(app: AppId, filter: UserFilter): Promise<number>;
  /**
   * Changes an active user and answers it as it is afterwards; undefined when there is none. Emits UserUpdated (not to
   * the session `origin`) and UserChanged, unless nothing is different.
   */
  update(app: AppId, change: UserChange): Promise<UserRecord | undefined>;
  /** Deactivates and ends all sessions; emits UserChanged and SessionEnded. */
  deactivate(app: AppId, uids: readonly Uid[], atMs: number): Promise<Deactivated>;
  /** What presence tells; emits nothing. */
  setStatus(app: AppId, uid: Uid, status: SeenStatus): Promise<void>;
  /**
   * Whom presence told to be online before `atMs` is offline, last active then if that is not known; for up to `limit` users
   * of all apps. From here on an `online` of before `atMs` that comes late counts as offline. Answers how many; fewer than `limit`: it is done. Emits nothing.
   */
  resetStatuses(atMs: number, limit: number): Promise<number>;
}

export interface UserChange {
  readonly uid: Uid;
  readonly profile: ProfileChange;
  readonly atMs: number;
  readonly origin: SessionId | undefined;
}

export interface TokenRules extends TokenLife {
  readonly liveMax: number;
}

export interface TokenRemoval {
  readonly uid: Uid;
  /** Any of these names it. */
  readonly ids: readonly TokenId[];
  readonly closeCode: number;
  readonly atMs: number;
}

export interface TokenPage extends TokenLife {
  readonly uid: Uid;
  readonly offset: number;
  readonly limit: number;
}

export interface FoundToken {
  readonly app: AppRecord;
  readonly user: UserRecord;
  readonly token: TokenRecord;
}

export interface TokenStore {
  /**
   * Stores a token of an active user; false when there is no such user. Beyond `liveMax` live ones, those unused for
   * longest are removed, which emits SessionEnded (revoked).
   */
  add(app: AppId, token: TokenRecord, rules: TokenRules): Promise<boolean>;
  /** Live tokens, newest first, and how many there are in all. */
  list(app: AppId, page: TokenPage): Promise<{ readonly tokens: readonly TokenRecord[]; readonly total: number }>;
  /** Removes a token; emits SessionEnded. `foreign`: the token is another user's, and stays. */
  remove(app: AppId, removal: TokenRemoval): Promise<"removed" | "foreign" | "unknown">;
  /** Removes all tokens of a user; emits one SessionEnded that names them, if there were any. */
  removeAll(app: AppId, uid: Uid, atMs: number): Promise<void>;
  /** The token with its user, deactivated or not, and app. */
  findByHash(hash: CredentialHash): Promise<FoundToken | undefined>;
  /** Notes when tokens were last used; never earlier than what is stored. Unknown ones are ignored. */
  touch(app: AppId, uses: readonly TokenUse[]): Promise<void>;
  /** Emits SessionEnded (expired), once, for up to `limit` tokens of all apps that expired by then; answers how many. */
  endExpired(atMs: number, limit: number): Promise<number>;
}

export interface TokenUse {
  readonly tokenId: TokenId;
  readonly atMs: number;
}

export interface IdentityStores {
  readonly apps: AppStore;
  readonly keys: KeyStore;
  readonly users: UserStore;
  readonly tokens: TokenStore;
}

/** A place to keep all of it. */
export interface IdentityStorage extends IdentityStores {
  /** The facts of the writes. */
  readonly outbox: OutboxStore;
  /** Makes the place ready; at every start, before anything else. */
  prepare(): Promise<void>;
}
