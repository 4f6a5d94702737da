// The ports of the messaging service. Guarantees stand here; adapters do not repeat them. Every adapter passes the
// contract suites beside this file.
import type { AppId, Uid } from "@parlance/platform/ids";
import type { Change } from "../domain/change.js";
import type { ConversationId, ConversationRef } from "../domain/conversation.js";
import type { MemberChange } from "../domain/member.js";

export type RowKind = "message" | "void";

/** A row as the writer submits it: numbered, complete. */
export interface NewRow {
  readonly conversation: ConversationId;
  /** The store's own name of the conversation, from LogEnd; 0 when it does not exist yet. */
  readonly handle: number;
  /** Label clients see, from LogEnd. */
  readonly label: string;
  readonly seq: number;
  readonly id: number;
  readonly kind: RowKind;
  readonly sender: Uid;
  /** Idempotency key within (conversation, sender); undefined: every send is new. */
  readonly muid: string | undefined;
  readonly fingerprint: string;
  readonly countable: boolean;
  readonly countableNo: number;
  readonly sentAtMs: number;
  readonly category: number;
  readonly type: string;
  /** Encoded Message. */
  readonly body: Uint8Array;
  /** What the row does to an earlier message, in the same write. */
  readonly change: Change | undefined;
  /** What the row does to a member's view, in the same write. */
  readonly member: MemberChange | undefined;
}

/** A row as it was stored. */
export interface StoredRow {
  readonly conversation: ConversationId;
  readonly label: string;
  readonly seq: number;
  readonly id: number;
  readonly kind: RowKind;
  readonly sender: Uid;
  readonly muid: string | undefined;
  readonly fingerprint: string;
  readonly sentAtMs: number;
  /** Encoded Message with its present content. */
  readonly body: Uint8Array;
  /** Present state of the message a change row concerns. */
  readonly target: Uint8Array | undefined;
  /** Whose membership the row is about. */
  readonly memberUid: Uid | undefined;
  /** Where the store has put it; opaque to all but the store's outbox. */
  readonly position: number;
}

export type AppendOutcome =
  /** Durable at exactly this seq and id, now or by an earlier submission of the same row. */
  | { readonly kind: "committed"; readonly position: number; readonly handle: number; readonly target: Uint8Array | undefined }
  /** Its (conversation, sender, muid) is stored: the first answer. The number stays free. */
  | { readonly kind: "duplicate"; readonly existing: StoredRow }
  /** The seq belongs to another row, or the conversation is not what LogEnd said: read the end again. */
  | { readonly kind: "fence" }
  /** Only the id is taken. The number stays free. */
  | { readonly kind: "idTaken" }
  /** The message it would change cannot be changed any more, or its group is gone. The number stays free. */
  | { readonly kind: "refused" }
  /** Not tried, because an earlier row of the same conversation in this call was not committed. */
  | { readonly kind: "skipped" };

/** A number below the end at which no row stands: damage, or an import. With what the row below it says. */
export interface Hole {
  readonly seq: number;
  readonly countableNo: number;
  readonly sentAtMs: number;
}

/** The end of a log, read from its highest row. */
export interface LogEnd {
  readonly handle: number;
  readonly label: string;
  readonly seq: number;
  /** 0 when there is no row. */
  readonly id: number;
  readonly countableNo: number;
  readonly sentAtMs: number;
  /** Holes among the last 1,000 numbers, ascending; in a whole log none. */
  readonly holes: readonly Hole[];
}

/**
 * The conversation logs as the writer needs them.
 * - append is one durable write: when it resolves, committed rows survive a crash of anything.
 * - Rows of a conversation are inserted in the order given, and after one that is not committed the rest of that
 *   conversation is skipped: a log never has a hole (reliability.md W21).
 * - A row submitted again with the same seq and id is `committed`, however often (W12).
 * - append that throws an AppError other than ERR_MISSION_FAILED has committed nothing; after that one, and any error
 *   that is no AppError, it may have committed all, some or none of its rows.
 */
export interface LogStore {
  append(rows: readonly NewRow[]): Promise<readonly AppendOutcome[]>;
  /** Highest committed row; seq 0 when there is none. Sees every append that resolved before. */
  ends(conversations: readonly ConversationId[]): Promise<readonly LogEnd[]>;
  /** What the row does to a member's view or to a message is done when it is answered. */
  findByMuid(conversation: ConversationId, sender: Uid, muid: string): Promise<StoredRow | undefined>;
  /** Proves that fence and idempotency key are enforced, or throws (W4). Leaves nothing behind. */
  probe(): Promise<void>;
  /**
   * Erases a group's conversation with rows and views; its ref is free for a later group. What comes late of an erased
   * incarnation is refused or has no effect; erasing it again, or while the ref belongs to another, does nothing.
   */
  erase(conversation: ConversationId, incarnation: string): Promise<void>;
}

/** What the outbox needs of a committed row. */
export type PlacedRow = Pick<StoredRow, "conversation" | "seq" | "position">;

/** Committed rows that the event log has not acked yet (W17). */
export interface RowOutbox {
  /** How far publication came, as last stored: for a relay that starts. */
  publication(): Promise<Publication>;
}

/**
 * How far one relay came with publishing. What is committed and not published is found, whoever committed it and whatever
 * died since; what is published may be answered again after a restart (twice is harmless), in the order of its log.
 */
export interface Publication {
  /** Whether these rows, just committed, come next in their logs. Otherwise `unpublished` has them with those before. */
  follows(rows: readonly PlacedRow[]): boolean;
  /** Unpublished rows, ascending within each log; fewer than the limit: no more are known. */
  unpublished(limit: number): Promise<readonly StoredRow[]>;
  /** The event log has acked these, which came next. */
  published(rows: readonly PlacedRow[]): void;
  /** Looks for rows that no living writer offers. True: `unpublished` answers some. */
  sweep(): Promise<boolean>;
  /** Stores how far it came; may lag, never overtakes what is published. To be called again and again. */
  flush(): Promise<void>;
  /** Stores how far it came, and ends. */
  close(): Promise<void>;
}

/** A page of rows with what the reader may rely on (W23). */
export interface RowPage {
  readonly rows: readonly StoredRow[];
  readonly head: number;
  /** The page is full by bytes (PAGE_BYTES_MAX) before it is by rows: there may be more. */
  readonly cut: boolean;
}

export interface HistoryQuery {
  readonly direction: "previous" | "next";
  /** Exclusive; undefined for none. */
  readonly messageId: number | undefined;
  /** Exclusive, Unix milliseconds; undefined for none. */
  readonly atMs: number | undefined;
  readonly limit: number;
  /** Rows at or below are left out. */
  readonly floorSeq: number;
  /** Rows at or below are left out; for unread filters. */
  readonly aboveSeq: number;
  readonly hideDeleted: boolean;
  readonly categories: readonly number[];
  readonly types: readonly string[];
  readonly countableOnly: boolean;
  readonly notBy: Uid | undefined;
}

/** History, read committed: whatever append acked before is seen. */
export interface HistoryStore {
  /** Ascending and dense from afterSeq + 1. */
  rowsAfter(conversation: ConversationId, afterSeq: number, throughSeq: number, limit: number): Promise<RowPage>;
  /** Messages oldest to newest, void rows left out. */
  page(conversation: ConversationId, query: HistoryQuery): Promise<RowPage>;
  /** Messages of all conversations a user is in, by id, oldest to newest. */
  pageOfUser(app: AppId, uid: Uid, query: HistoryQuery): Promise<readonly StoredRow[]>;
  byId(app: AppId, id: number): Promise<StoredRow | undefined>;
  /** First action row of the given kind that concerns a message. */
  changeOf(app: AppId, messageId: number, kind: "edit" | "delete"): Promise<StoredRow | undefined>;
  /** Distinct senders of countable or plain messages in (after, through], other than one uid; at most limit. */
  authorsBetween(conversation: ConversationId, after: number, through: number, not: Uid, limit: number): Promise<readonly Uid[]>;
}

/** A participant's view of a conversation. */
export interface View {
  readonly ref: ConversationRef;
  readonly uid: Uid;
  readonly label: string;
  /** Rank in a group: 1 participant, 2 moderator, 3 admin; 0 one-to-one. */
  readonly scope: number;
  readonly deliveredSeq: number;
  readonly readSeq: number;
  readonly unreadAfterSeq: number;
  /** Rows at or below are invisible to the participant. */
  readonly floorSeq: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A view joined with the end of its log. */
export interface ViewWithEnd {
  readonly view: View;
  readonly head: number;
  readonly headId: number;
  /** Newest visible message of the kinds of chat.md 15.3. */
  readonly last: StoredRow | undefined;
  /** Unix milliseconds of the newest activity; of the view's creation when there is none. */
  readonly activityAtMs: number;
  readonly unread: number;
  readonly lastReadId: number;
  /** One-to-one: the other's watermarks. */
  readonly peerDeliveredSeq: number;
  readonly peerReadSeq: number;
  /** Newest messages at or below these marks; 0 for none. */
  readonly peerDeliveredId: number;
  readonly peerReadId: number;
  /** Unix milliseconds of the other's last mark; 0 for none. */
  readonly peerMarkedAtMs: number;
}

export type Mark = "delivered" | "read";

/** Views: who is in a conversation, and their watermarks. */
export interface ViewStore {
  find(conversation: ConversationId, uid: Uid): Promise<View | undefined>;
  findWithEnd(conversation: ConversationId, uid: Uid): Promise<ViewWithEnd | undefined>;
  /** Views of a user whose log has rows, newest activity first, then ref; without activity by their creation. */
  list(app: AppId, uid: Uid, query: ViewQuery): Promise<readonly ViewWithEnd[]>;
  /** Everything of a user that changed since a sync point, for Sync. One read. */
  changesSince(app: AppId, uid: Uid, query: SyncQuery): Promise<SyncAnswer>;
  /** Applies a membership change that leaves no row; guarded by its version. */
  applyMember(conversation: ConversationId, label: string, change: MemberChange): Promise<void>;
  /** Raises a watermark, never lowers it. Answers the view before and after; undefined: no participant. */
  raise(raise: RaiseMark): Promise<{ readonly before: View; readonly after: View } | undefined>;
}

export interface RaiseMark {
  readonly conversation: ConversationId;
  readonly uid: Uid;
  readonly mark: Mark;
  /** Above the head counts as the head. */
  readonly seq: number;
  readonly atMs: number;
}

export interface ViewQuery {
  readonly type: "user" | "group" | undefined;
  readonly unreadOnly: boolean;
  /** Exclusive: activity and ref of the last entry of the page before. */
  readonly after: { readonly activityAtMs: number; readonly ref: string } | undefined;
  readonly limit: number;
}

declare const point: unique symbol;

/** How much of a user's changes was told; opaque to all but the store, at most 340 characters: a sync token has 512. */
export type SyncPoint = string & { readonly [point]: true };

export interface SyncQuery {
  readonly since: SyncPoint | undefined;
  readonly cursors: readonly { readonly ref: ConversationRef; readonly seq: number }[];
  /** Also conversations without cursor that changed since the point. */
  readonly others: boolean;
  /** More missing rows than this: truncated. */
  readonly rowsMax: number;
  readonly conversationsMax: number;
  /** Bytes of rows in the whole answer. */
  readonly bytesMax: number;
}

export interface SyncEntry {
  readonly ref: ConversationRef;
  /** Undefined: the user is no participant. */
  readonly view: ViewWithEnd | undefined;
  readonly rows: readonly StoredRow[];
  readonly truncated: boolean;
  /** One-to-one: the other's marks moved since the sync point. */
  readonly peerMoved: boolean;
}

export interface SyncAnswer {
  readonly entries: readonly SyncEntry[];
  readonly point: SyncPoint;
  /** More conversations changed than conversationsMax. */
  readonly truncated: boolean;
  /** Cursors that the answer had no room for; with any of them, conversations without cursor are left for later too. */
  readonly rest: readonly ConversationRef[];
}

/** All that the service keeps, by one adapter. */
export interface MessagingStorage {
  readonly logs: LogStore & RowOutbox;
  readonly history: HistoryStore;
  readonly views: ViewStore;
  /** Lifetime of the store (W19). */
  readonly epoch: string;
  /** Writes that the writer should have under way at once (W6). */
  readonly lanes: number;
  /** Makes ready what the store needs before its first use; idempotent. */
  prepare(): Promise<void>;
}
