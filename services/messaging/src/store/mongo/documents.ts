// The shapes of what is stored, their keys and indexes: the only place that knows them. Every key starts with the app but
// for the outbox's own books. A row's `_id` is the fence: it holds app, conversation and seq, so logs are read by exact keys,
// which needs neither a range nor a second index.
import type { CollectionSpec } from "@parlance/platform/mongo";
import type { Binary, Collection, Db } from "mongodb";

/** A row of a log. */
export interface RowDoc {
  /** rowKey: the fence (app, conversation, seq). */
  readonly _id: string;
  /** nameKey: the name (app, id). */
  readonly k: string;
  readonly a: string;
  /** Handle of the conversation. */
  readonly h: number;
  readonly r: string;
  readonly l: string;
  readonly s: number;
  readonly i: number;
  readonly u: string;
  /** Muid; a row without one has its seq here, which no muid equals: the idempotency key (a, h, u, m) needs a value. */
  readonly m: string | number;
  readonly f: string;
  /** 1 message, 0 void, -1 the stone that stands where an erased log would go on. */
  readonly v: number;
  readonly c: number;
  readonly t: string;
  /** Countable. */
  readonly n: boolean;
  readonly o: number;
  readonly at: number;
  /** Unix milliseconds of the submission, for sync points. */
  readonly w: number;
  readonly b: Binary | Uint8Array;
  /** Deleted. */
  readonly d: boolean;
  /** Seq of the newest change that was applied. */
  readonly q: number;
  /** Seqs of the first edit and the deletion. */
  readonly fe?: number;
  readonly fd?: number;
  readonly x?: ChangeDoc;
  readonly g?: MemberDoc;
  /** The event log had all rows up to here when this one was written. */
  readonly p?: number;
}

/** A log: the rows of one life of a conversation. */
export interface Log {
  readonly app: string;
  readonly handle: number;
}

/** What filters, counts and orders need of a row. */
export type SlimRow = Pick<RowDoc, "_id" | "s" | "i" | "u" | "v" | "c" | "t" | "n" | "d" | "at" | "w" | "p">;

export interface ChangeDoc {
  readonly t: number;
  readonly k: "edit" | "delete";
  readonly by: string;
  /** Of an edit: an encoded Message with what is new, and which of body (1), metadata (2), tags (4) that is. */
  readonly b?: Binary | Uint8Array;
  readonly p?: number;
}

export interface MemberDoc {
  readonly u: string;
  readonly n: string;
  readonly v: number;
  /** Absent: unchanged. */
  readonly s?: number;
  readonly j: boolean;
  readonly at: number;
}

/** A life of a conversation. `_id` is conversationDocKey. */
export interface ConversationDoc {
  readonly _id: string;
  readonly a: string;
  readonly r: string;
  readonly h: number;
  readonly l: string;
  /** Incarnation of the group; empty: none or unknown. */
  readonly n: string;
}

/** A participant. `_id` is viewKey. */
export interface ViewDoc {
  readonly _id: string;
  readonly a: string;
  readonly u: string;
  readonly h: number;
  readonly r: string;
  readonly l: string;
  /** Present; one who left keeps the version. */
  readonly e: boolean;
  readonly sc: number;
  readonly ve: number;
  readonly de: number;
  readonly re: number;
  readonly un: number;
  readonly fl: number;
  readonly ca: number;
  readonly ua: number;
  /** Number and Unix milliseconds of the newest change. */
  readonly no: number;
  readonly st: number;
}

/** `_id` is the conversation's key, with and without incarnation: a life that ended. */
export interface ErasedDoc {
  readonly _id: string;
  readonly a: string;
  /** Unix milliseconds. */
  readonly w: number;
  /** Handle whose rows and views are not all deleted yet. */
  readonly h?: number;
}

/** How far a log is published; `_id` is handleKey. */
export interface PublishedDoc {
  readonly _id: string;
  readonly p: number;
}

/** A writer wrote, or may write, a log and has not published all of it yet. `_id` is dirtyKey. */
export interface DirtyDoc {
  readonly _id: string;
  readonly a: string;
  readonly r: string;
  readonly h: number;
}

/** A writer that lives as long as its beat moves. */
export interface WriterDoc {
  readonly _id: string;
  readonly n: number;
  /** Who sweeps up after it counts this up first. */
  readonly c: number;
}

export interface Collections {
  readonly rows: Collection<RowDoc>;
  readonly conversations: Collection<ConversationDoc>;
  readonly views: Collection<ViewDoc>;
  readonly erased: Collection<ErasedDoc>;
  readonly published: Collection<PublishedDoc>;
  readonly dirty: Collection<DirtyDoc>;
  readonly writers: Collection<WriterDoc>;
}

export function collectionsOf(db: Db): Collections {
  return {
    rows: db.collection("messaging_rows"),
    conversations: db.collection("messaging_conversations"),
    views: db.collection("messaging_views"),
    erased: db.collection("messaging_erased"),
    published: db.collection("messaging_published"),
    dirty: db.collection("messaging_dirty"),
    writers: db.collection("messaging_writers"),
  };
}

export const INDEXES: readonly CollectionSpec[] = [
  {
    collection: "messaging_rows",
    indexes: [
      { name: "idempotency_key", key: { a: 1, h: 1, u: 1, m: 1 }, unique: true },
      { name: "name", key: { k: 1 }, unique: true },
    ],
  },
  {
    collection: "messaging_conversations",
    indexes: [
      { name: "label", key: { a: 1, l: 1 }, unique: true },
      { name: "handle", key: { a: 1, h: 1 }, unique: true },
    ],
  },
  { collection: "messaging_views", indexes: [{ name: "of_user", key: { a: 1, u: 1, h: 1 }, unique: true }] },
];

const SEQ_DIGITS = 12;

export function rowKey(app: string, handle: number, seq: number): string {
  return `${handleKey(app, handle)}/${String(seq).padStart(SEQ_DIGITS, "0")}`;
}

/** All keys of a log lie between these. */
export function rowRange(app: string, handle: number): { $gt: string; $lt: string } {
  return keysUnder(handleKey(app, handle));
}

/** Keys that begin with a text and a slash: the character after the slash is 0. */
export function keysUnder(prefix: string): { $gt: string; $lt: string } {
  return { $gt: `${prefix}/`, $lt: `${prefix}0` };
}

export function handleKey(app: string, handle: number): string {
  return `${app}/${handle.toString(36)}`;
}

export function nameKey(app: string, id: number): string {
  return `${app}/${id}`;
}

export function viewKey(app: string, handle: number, uid: string): string {
  return `${handleKey(app, handle)}/${uid}`;
}

export function dirtyKey(writer: string, app: string, handle: number): string {
  return `${writer}/${handleKey(app, handle)}`;
}
