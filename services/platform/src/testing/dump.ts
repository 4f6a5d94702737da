/**
 * The state at the end of a run, after `settle()`: what the store holds and what every client holds. The
 * checkers compare it with the history. A suite fills what it can read; absent optional parts are not
 * checked.
 */

/**
 * Content kinds, change kinds, membership kinds, `void` (an abandoned number) and `other` (counts for order
 * only).
 */
export type RowKind =
  | "message" | "call"
  | "edited" | "deleted" | "reactionAdded" | "reactionRemoved" | "pinned" | "unpinned" | "verdict"
  | "joined" | "added" | "left" | "kicked" | "banned" | "unbanned" | "scopeChanged"
  | "void" | "other";

export interface StoredRow {
  readonly seq: number;
  /** Unique in the app; 0 for rows that have none. */
  readonly id: number;
  readonly kind: RowKind;
  readonly sender: string;
  readonly muid?: string;
  /** Counts as unread for everyone but the sender. */
  readonly countable: boolean;
  /** Countable rows up to and including this one. */
  readonly countableNo?: number;
  /** Fingerprint of the content that was sent, or of the new content for `edited`. */
  readonly content?: string;
  /** Id of the message that a change concerns. */
  readonly target?: number;
  /** Emoji of `reactionAdded`, `reactionRemoved`. */
  readonly reaction?: string;
  /** Whose membership a membership row changes; for `joined` and `left` the actor. */
  readonly on?: string;
  readonly sentAtMs?: number;
}

/**
 * The present content of a message. Reactions map an emoji to uids, ascending; emojis without users are
 * absent.
 */
export interface Projection {
  readonly id: number;
  /** Seq of the last change row applied; 0 while unchanged. */
  readonly changeSeq: number;
  /** Absent for a husk. */
  readonly content?: string;
  readonly deleted: boolean;
  readonly reactions: Readonly<Record<string, readonly string[]>>;
  readonly pinned: boolean;
}

/** A participant's own state in a conversation. */
export interface StoredView {
  readonly uid: string;
  readonly deliveredSeq: number;
  readonly readSeq: number;
  readonly unreadAfterSeq: number;
  /** The count that the server answers. */
  readonly unread: number;
}

/**
 * What a participant reads when paging through the whole history over the public protocol, whichever rows
 * that page shows.
 */
export interface FinalHistory {
  readonly uid: string;
  /** Rows at or below are invisible to the user. */
  readonly floor: number;
  readonly rows: readonly { readonly seq: number; readonly id: number }[];
}

export interface StoredConversation {
  readonly app: string;
  readonly conversation: string;
  readonly head: number;
  /** As stored, ascending by seq. */
  readonly rows: readonly StoredRow[];
  /**
   * Participants that no membership row brought in: the two users of a pair; the creator and first members of
   * a group. Absent: who may see what is not checked.
   */
  readonly founders?: readonly string[];
  /** What a member sees of the time before joining; `full` when absent. */
  readonly historyVisibility?: "full" | "sinceJoin";
  readonly projections?: readonly Projection[];
  readonly views?: readonly StoredView[];
  readonly finalHistories?: readonly FinalHistory[];
}

/** What one client holds of one conversation at the end. */
export interface ClientConversation {
  readonly client: string;
  readonly conversation: string;
  readonly head?: number;
  readonly messages?: readonly Projection[];
  /** Watermarks by uid. */
  readonly marks?: Readonly<Record<string, { readonly deliveredSeq: number; readonly readSeq: number }>>;
  readonly unread?: number;
}

/** A secret mark of one app: text, or bytes as hex for what text cannot show (an id as a varint). */
export interface Canary {
  readonly app: string;
  readonly name: string;
  readonly text?: string;
  readonly hex?: string;
}

/** What the load generator offered, and what the server counted as refused, by error code. */
export interface Backpressure {
  readonly offered: number;
  /** Codes that say "full"; each has the sum of the server's refusal counters. */
  readonly refusals: Readonly<Record<string, number>>;
}

export interface Dump {
  /** Moment of the dump on the recorder's time line. */
  readonly at: number;
  readonly conversations: readonly StoredConversation[];
  readonly clients?: readonly ClientConversation[];
  readonly canaries?: readonly Canary[];
  readonly backpressure?: Backpressure;
  /** Presence lease in milliseconds; absent: presence decay is not checked. */
  readonly presenceLeaseMs?: number;
}
