/**
 * The event log: serialised facts, in order per channel, at least once.
 *
 * Every adapter (in process, Kafka) gives these guarantees; event-log.contract.ts checks them.
 * - A record is bytes. What is appended is what is delivered, bit by bit.
 * - Order holds per key, for records whose appends were awaited one after another or went in one call.
 * - Delivery is at least once. A repeat has the same id and the same bytes; a handler is idempotent.
 * - `events` is durable for the groups that want it; `live` is never stored and may be lost.
 */
import type { Event } from "@parlance/proto/event/v1/event";
import type { ErrorName } from "../errors/index.js";
import type { Component } from "../lifecycle/index.js";

export type Topic = "events" | "live";

export type RecordHeaders = {
  /** Pure function of the fact's cause, so a republished record has the same id (E5). */
  readonly id: string;
  /** The `$case` of the event, so that nobody decodes what it does not want. */
  readonly kind: string;
  /** Session that caused it: its own socket already knows. */
  readonly origin?: string;
  /** Uid whose sockets must not get it on this channel. */
  readonly except?: string;
};

export type LogRecord = {
  readonly topic: Topic;
  /** `<app>/<channel>`: the unit of order, routing and audience. */
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: RecordHeaders;
  /** Set by the log on records that have a place in it. */
  readonly partition?: number;
  readonly offset?: number;
};

/** A record with its place; what a consumer group reads. Offsets start at 1 and rise within a partition. */
export type PlacedRecord = LogRecord & { readonly partition: number; readonly offset: number };

export type Subscription = {
  /** Nothing is handed out after it resolves; work that had begun has ended. Idempotent. */
  close(): Promise<void>;
};

/** Records that nobody can hand out any more: what hangs on them has to be found out from the stores (E8). */
export type LostRecords = {
  readonly topic: Topic;
  readonly partition: number;
  /** Undefined when the log is another one than before. */
  readonly records: number | undefined;
};

export type Following = Subscription & {
  /**
   * Resolves when the follower has its place: what anybody appends from then on, it gets. Absent: from the call on.
   * Resolves as well when it is closed before.
   */
  readonly ready?: Promise<void>;
  /**
   * Of `events`: by partition, the offset up to which everything has been handed out, also where nothing came yet. Moves in
   * the same synchronous step as a batch is handed out. Undefined until it has its place; belongs to the log: whoever keeps
   * it, copies it. Absent: the log gives no places that mean anything to another process.
   */
  readonly positions?: () => readonly number[] | undefined;
};

export type OnBatch = (records: readonly LogRecord[]) => void;

export type FollowOptions = {
  /** The follower's place was gone (retention, another log). Comes before the first record after the gap. */
  readonly onLost?: (lost: readonly LostRecords[]) => void;
  /** Somebody waits for these records. Otherwise they may come 50 ms later, and many at once. */
  readonly prompt?: boolean;
};

export type HandlerAnswer = "done" | "retry" | "dead";

export type EventMeta = {
  readonly group: string;
  readonly key: string;
  readonly id: string;
  readonly partition: number;
  readonly offset: number;
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborts when the handler's time is over or the log stops. */
  readonly signal: AbortSignal;
};

/** No answer means `done`. A handler that throws is taken as `retry`. */
export type EventHandler<E> = (event: E, meta: EventMeta) => Promise<HandlerAnswer | void>;

/** The `$case`s of an event's body; any string for an event without one. */
export type KindOf<E> = E extends { readonly body: infer Body } ? CaseOf<Body> : string;
type CaseOf<Body> = Body extends { $case: infer K extends string } ? K : never;

/** The event with the body of one kind. */
export type EventOfKind<E, K> = E extends { readonly body: infer Body }
  ? E & { readonly body: Extract<Body, { $case: K }> }
  : E;

/** By kind. Kinds without a handler are skipped without decoding. */
export type EventHandlers<E> = { readonly [K in KindOf<E>]?: EventHandler<EventOfKind<E, K>> };

/** Turns a record's value into the event its header says it is; throws when it is not. */
export type Decode<E> = (value: Uint8Array, kind: string) => E;

/** A durable reader, declared when the log is made, so that what it wants is kept while it is away. */
export type GroupDeclaration = { readonly name: string; readonly kinds: readonly string[] };

export interface EventLog<E = Event> extends Component {
  /**
   * Resolves when the records are durable (`events`) or accepted (`live`). All of a call or none of it.
   * Throws ERR_TOO_MANY_REQUESTS when the queue is full and ERR_OPERATION_FAILED when the log is away (both may
   * be retried, and a retry may double records), ERR_PAYLOAD_TOO_LARGE and ERR_BAD_REQUEST for a record that
   * will never be taken.
   */
  append(records: readonly LogRecord[]): Promise<void>;

  /**
   * Every follower gets every record from now on, in batches, without positions: for gateways. A batch is a
   * loan for the call. A follower that throws is logged and goes on with the next batch. Records may come
   * before they are durable in the log: their source has them already. A record decodes what is asked of it, so
   * whoever is picky asks for the key first, and does not copy a record by spreading it.
   */
  follow(topics: readonly Topic[], onBatch: OnBatch, options?: FollowOptions): Following;

  /**
   * Reads `events` from the group's position, or from the earliest kept record. The position moves after the
   * handler's effect (E7). Order per key; other keys do not wait for one that is retried. At most 5 attempts
   * within 10 s, then the record is a dead letter and its channel goes on (E11, E13). One consumer per group
   * and process.
   */
  consume(group: string, topic: "events", handlers: EventHandlers<E>): Subscription;

  /** True when nothing appended here is waiting to be stored, handed to a follower or handled by a group. */
  caughtUp(): Promise<boolean>;

  /** Records between the group's position and the end of the log, over all partitions. */
  lag(group: string): Promise<number>;
}

/** A record a group could not handle, with all that is needed to find out why and to replay it (E12). */
export type DeadLetter = {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: RecordHeaders;
  readonly consumer: string;
  readonly errorCode: ErrorName;
  /** 0: no handler saw it. */
  readonly attempts: number;
  readonly atMs: number;
};

export interface DeadLetters {
  /** Resolves when durable. The same letter (consumer, topic, partition, offset, id) twice is kept once. */
  put(letter: DeadLetter): Promise<void>;
  /** Oldest first. */
  list(limit: number): Promise<readonly DeadLetter[]>;
}

