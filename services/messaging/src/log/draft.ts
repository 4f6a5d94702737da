import type { Uid } from "@parlance/platform/ids";
import type { Change } from "../domain/change.js";
import type { ConversationId } from "../domain/conversation.js";
import type { MemberChange } from "../domain/member.js";
import type { RowKind } from "../store/ports.js";

/** A row that is checked and has everything but its number. */
export interface Draft {
  readonly conversation: ConversationId;
  readonly kind: RowKind;
  readonly sender: Uid;
  readonly muid: string | undefined;
  readonly fingerprint: string;
  readonly countable: boolean;
  readonly category: number;
  readonly type: string;
  /** Encoded Message without placement and conversation id. */
  readonly content: Uint8Array;
  readonly change: Change | undefined;
  readonly member: MemberChange | undefined;
  /** Session whose socket made it and gets no event of it. */
  readonly origin: string | undefined;
  /** W3C traceparent for its events. */
  readonly trace?: string | undefined;
  /** Unix milliseconds; a row not submitted by then is failed. */
  readonly deadlineAt: number;
}

/** A durable row: what acks, events and reads are made of. */
export interface CommittedRow {
  readonly conversation: ConversationId;
  readonly label: string;
  readonly kind: RowKind;
  readonly seq: number;
  readonly id: number;
  readonly sentAtMs: number;
  /** Encoded Message. */
  readonly body: Uint8Array;
  /** Encoded Message a change row concerns, after the change. */
  readonly target: Uint8Array | undefined;
  readonly memberUid: Uid | undefined;
  readonly origin: string | undefined;
  readonly trace?: string | undefined;
  readonly position: number;
}

export type Appended =
  | { readonly kind: "stored"; readonly row: CommittedRow; readonly duplicate: boolean }
  /** The message it would change cannot be changed any more. */
  | { readonly kind: "refused" };
