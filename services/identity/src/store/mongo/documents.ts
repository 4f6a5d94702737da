// How the documents look; field names stand nowhere else. Short ones of a user are the ones that indexes and lists use.
//
// A user, its tokens and the facts that wait are one document, because they change together (W17). Tokens are bounded by the
// limit of live ones and ENDED_MAX. An app and its keys are one document for the same reason.
import { PENDING_INDEX, type CollectionSpec, type GuardedDoc, type Mongo } from "@parlance/platform/mongo";
import type { AppId, Uid } from "@parlance/platform/ids";

export interface KeyDoc {
  readonly keyId: string;
  readonly hash: string;
  readonly name: string;
  readonly fullAccess: boolean;
  readonly prefix: string;
  readonly createdAtMs: number;
}

export interface AppDoc {
  /** The app. */
  readonly _id: string;
  readonly name: string;
  readonly foldedName: string;
  readonly region: string;
  readonly production: boolean;
  readonly suspended: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly settingsHash: string;
  readonly keys: readonly KeyDoc[];
}

export interface TokenDoc {
  readonly tokenId: string;
  readonly hash: string;
  readonly deviceId: string;
  readonly platform: string;
  readonly appInfoJson: string;
  readonly userAgent: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
  readonly expiresAtMs: number;
  /** Its expiry is told. */
  readonly ended: boolean;
}

export interface UserDoc extends GuardedDoc {
  readonly _id: string;
  readonly app: string;
  readonly uid: string;
  readonly name: string;
  readonly foldedName: string;
  readonly avatar: string;
  readonly link: string;
  readonly role: string;
  readonly metadataJson: string;
  readonly publicMetadataJson: string;
  readonly tags: readonly string[];
  readonly statusMessage: string;
  /** 0 online, 1 offline, so that "online first" is ascending. */
  readonly offline: number;
  readonly statusAtMs: number;
  readonly lastActiveAtMs: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly deactivatedAtMs: number;
  readonly version: number;
  /** What it is found by: `u:` uid, `n:` name from each of its words, `t:` tag. */
  readonly terms: readonly string[];
  /** Oldest first. */
  readonly tokens: readonly TokenDoc[];
  /** When the first token ends whose expiry is not told; absent for never. */
  readonly endsAtMs?: number;
}

/** When presence last began anew. */
export interface ResetDoc {
  readonly _id: "presence";
  readonly atMs: number;
}

export function userKey(app: AppId, uid: Uid): string {
  return `${app}/${uid}`;
}

export function collectionsOf(mongo: Mongo) {
  return {
    apps: mongo.collection<AppDoc>("identity_apps"),
    users: mongo.collection<UserDoc>("identity_users"),
    resets: mongo.collection<ResetDoc>("identity_resets"),
    clock: mongo.clock,
  };
}

export type Collections = ReturnType<typeof collectionsOf>;

export const COLLECTIONS: readonly CollectionSpec[] = [
  {
    collection: "identity_apps",
    indexes: [
      { name: "by_creation", key: { createdAtMs: 1, _id: 1 } },
      { name: "by_key", key: { "keys.hash": 1 } },
    ],
  },
  {
    collection: "identity_users",
    indexes: [
      { name: "by_uid", key: { app: 1, uid: 1 }, unique: true },
      { name: "by_status", key: { app: 1, offline: 1, foldedName: 1, uid: 1 } },
      { name: "by_name", key: { app: 1, foldedName: 1, uid: 1 } },
      { name: "by_creation", key: { app: 1, createdAtMs: 1, uid: 1 } },
      { name: "by_term", key: { app: 1, terms: 1 } },
      { name: "by_token_id", key: { app: 1, "tokens.tokenId": 1 } },
      // Over all apps: the credential finds out the app; housekeeping is for all.
      { name: "by_token", key: { "tokens.hash": 1 } },
      { name: "to_end", key: { endsAtMs: 1 }, sparse: true },
      { name: "online_since", key: { offline: 1, statusAtMs: 1 } },
      PENDING_INDEX,
    ],
  },
];
