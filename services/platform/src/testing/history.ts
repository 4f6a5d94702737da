/**
 * The history of a run: what every client did and saw, one entry per operation (reliability.md H1).
 *
 * A history knows nothing about the product: the suites that drive the SDK and those that drive the raw
 * client write the same entries, and the checkers read them together with a `Dump` of the final store.
 *
 * - **Client** is one device, written `app/uid/device` (`clientName`, `parseClient`).
 * - **Conversation** is any text that names one log in the whole run, the same for both ends and in the dump;
 *   by custom `app/user/alice/bob` (uids ascending) or `app/group/guid` (`directConversation`,
 *   `groupConversation`).
 * - **t0** and **t** are Unix milliseconds with a fraction, of the moment before the request left and after
 *   the answer came. One recorder never gives the same number twice, so `a.t < b.t0` means that b began after
 *   a was over. For things that merely happen to a client (a delivery) both are the same moment.
 * - **outcome**: `ok` answered well; `fail` refused with a typed error, so it never takes effect; `unknown`
 *   timed out or cut.
 */

export type Outcome = "ok" | "fail" | "unknown";

/**
 * A row as a client received it. `hidden`: a number the reader may not look into (also a void); it has no
 * other fields.
 */
export interface SeenRow {
  readonly seq: number;
  readonly hidden?: true;
  /** Id of the row's message or action message. */
  readonly id?: number;
  readonly kind?: string;
  readonly sender?: string;
  readonly muid?: string;
  /** Fingerprint of the content, as in `send`. */
  readonly content?: string;
}

/** The answer of every range read: rows of `(afterSeq, completeThrough]`, ascending. */
export interface RangeAnswer {
  readonly rows: readonly SeenRow[];
  readonly head: number;
  readonly completeThrough: number;
  readonly epoch?: string;
}

export interface ResumedConversation {
  readonly conversation: string;
  readonly rows: readonly SeenRow[];
  readonly head: number;
  /** The client is told to drop its copy; the rows are not meant to be complete. */
  readonly truncated?: boolean;
  /** The user is no participant any more. */
  readonly gone?: boolean;
}

export interface Marks {
  readonly deliveredSeq: number;
  readonly readSeq: number;
}

/** How one user stands in one conversation. */
export interface UnreadAnswer {
  readonly unread: number;
  /** Watermark that the count stands on. */
  readonly unreadAfterSeq?: number;
  /** Head of the log that the count was made at; without it the count is not compared. */
  readonly head?: number;
}

/** What each operation says and answers. A failed operation has `value: { code }`. */
export interface Operations {
  /** A socket was authenticated / is gone (closed, cut, or the device was killed). */
  connect: { args: { session?: string; node?: string }; value: object };
  disconnect: { args: { code?: number }; value: object };
  /**
   * One attempt to send. `attempt` counts from 1; `connection` groups what is pipelined on one socket. A
   * withheld message is acked with seq 0: it is not in the log.
   */
  send: {
    args: { conversation: string; muid: string; content: string; attempt?: number; connection?: string };
    value: { id: number; seq: number; sentAtMs?: number; duplicate?: boolean; epoch?: string };
  };
  /** A row came in live, before the client's dedupe. */
  deliver: { args: { conversation: string }; value: SeenRow };
  /** A row (not hidden) was handed to the application, after dedupe, ordering and gap repair. */
  shown: { args: { conversation: string }; value: SeenRow };
  /** The client dropped its copy (RESET, truncated, full sync); of all conversations when none is named. */
  reset: { args: { conversation?: string }; value: object };
  /**
   * A range read. `filtered`: not every row of the range was asked for (a message page, a search).
   * `knownSeq`: sent along.
   */
  read: {
    args: { conversation: string; afterSeq: number; knownSeq?: number; filtered?: boolean; node?: string };
    value: RangeAnswer;
  };
  /** The conversation list. `complete`: all pages were fetched. */
  list: {
    args: { node?: string; complete?: boolean };
    value: { entries: readonly { conversation: string; head: number }[]; epoch?: string };
  };
  /**
   * A resume after a disconnect; `cursors` maps conversation to the last seq the client has. `reset`:
   * everything is void.
   */
  resume: {
    args: { cursors: Readonly<Record<string, number>> };
    value: {
      conversations: readonly ResumedConversation[];
      reset?: boolean;
      /** Conversations left for the next call. */
      remaining?: readonly string[];
      epoch?: string;
    };
  };
  /** A mark; the answer is the user's view after it. */
  mark: { args: { conversation: string; deliveredSeq?: number; readSeq?: number }; value: Marks };
  /** A participant's watermarks as this client holds them, after its own folding. */
  receipt: { args: { conversation: string; uid: string }; value: Marks };
  unread: { args: { conversation: string }; value: UnreadAnswer };
  /** Changes of a message; `seq` is that of the change row, absent when nothing changed. */
  edit: { args: { conversation: string; id: number; content: string }; value: { seq?: number } };
  delete: { args: { conversation: string; id: number }; value: { seq?: number } };
  react: { args: { conversation: string; id: number; reaction: string; add: boolean }; value: { seq?: number } };
  pin: { args: { conversation: string; id: number; add: boolean }; value: { seq?: number } };
  /** Membership: `seq` is that of the action message, the cut or the beginning. `uid` is whom it concerns. */
  join: { args: { conversation: string; uid: string }; value: { seq: number } };
  leave: { args: { conversation: string; uid: string }; value: { seq: number } };
  kick: { args: { conversation: string; uid: string }; value: { seq: number } };
  /** Presence of another user as this client was told. */
  presence: { args: { uid: string }; value: { online: boolean } };
  /**
   * A sample of what came over the wire to the client: text, or base64 of bytes. `stream` keeps split samples
   * together.
   */
  wire: { args: { stream?: string; encoding: "text" | "base64" }; value: { sample: string } };
  /** Written by the harness (client `harness`): a fault began or was healed. */
  fault: { args: { name: string; phase: "begin" | "heal" }; value: object };
}

export type OperationName = keyof Operations;

export interface Failure {
  /** Name in the error catalogue, or of the local error. */
  readonly code: string;
  readonly retryAfterMs?: number;
}

interface EntryBase<Op extends OperationName> {
  readonly t0: number;
  readonly t: number;
  readonly client: string;
  readonly op: Op;
  readonly args: Operations[Op]["args"];
}

export type OkEntry<Op extends OperationName = OperationName> = {
  [K in Op]: EntryBase<K> & { readonly outcome: "ok"; readonly value: Operations[K]["value"] };
}[Op];

export type FailEntry<Op extends OperationName = OperationName> = {
  [K in Op]: EntryBase<K> & { readonly outcome: "fail"; readonly value: Failure };
}[Op];

export type UnknownEntry<Op extends OperationName = OperationName> = {
  [K in Op]: EntryBase<K> & { readonly outcome: "unknown"; readonly value?: undefined };
}[Op];

export type Entry<Op extends OperationName = OperationName> = OkEntry<Op> | FailEntry<Op> | UnknownEntry<Op>;

/** Entries in the order of `t`. */
export type History = readonly Entry[];

export interface ClientAddress {
  readonly app: string;
  readonly uid: string;
  readonly device: string;
}

export function clientName({ app, uid, device }: ClientAddress): string {
  return `${app}/${uid}/${device}`;
}

export function parseClient(client: string): ClientAddress {
  const [app = "", uid = "", device = ""] = client.split("/");
  return { app, uid, device };
}

export function directConversation(app: string, one: string, other: string): string {
  return [app, "user", ...[one, other].sort()].join("/");
}

export function groupConversation(app: string, guid: string): string {
  return `${app}/group/${guid}`;
}

/** The entries of one operation, typed. */
export function entriesOf<Op extends OperationName>(history: History, op: Op): readonly Entry<Op>[] {
  return history.filter((entry) => entry.op === op) as unknown as readonly Entry<Op>[];
}

/** The entries of one operation that were answered well. */
export function oksOf<Op extends OperationName>(history: History, op: Op): readonly OkEntry<Op>[] {
  return history.filter((entry) => entry.op === op && entry.outcome === "ok") as unknown as readonly OkEntry<Op>[];
}

/** Acked sends that are in the log. */
export function ackedSends(history: History): readonly OkEntry<"send">[] {
  return oksOf(history, "send").filter(({ value }) => value.seq > 0);
}

/** What makes a send the same send (P4): app, conversation, sender and muid, as one key. */
export function sendKey({ client, args }: Pick<Entry<"send">, "client" | "args">): string {
  const { app, uid } = parseClient(client);
  return [app, args.conversation, uid, args.muid].join("\n");
}

/** One history out of several recorders, by time. Recorders must run on clocks that agree. */
export function mergeHistories(histories: readonly History[]): History {
  return histories.flat().sort((a, b) => a.t - b.t);
}
