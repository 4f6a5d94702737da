// Facts that wait for the event log inside the document whose change they tell of (W17): the change and its facts are one
// write. `pending.at` is indexed, and an empty list has no entry in the range that is asked for, so what a crash left behind
// is found without a scan.
import { Binary } from "mongodb";
import type { LogRecord, Topic } from "../eventlog/index.js";
import { fail } from "../errors/index.js";
import type { IndexSpec } from "./indexes.js";

/** So many facts of a document may wait; then its changes are refused. */
export const PENDING_MAX = 16;

export interface PendingFact {
  /** When it came, for the oldest to be published first. Above 0. */
  readonly at: number;
  readonly topic: Topic;
  readonly key: string;
  /** The id of the event, by which the entry is forgotten. */
  readonly id: string;
  readonly kind: string;
  readonly origin?: string;
  readonly except?: string;
  readonly value: Uint8Array;
}

export const PENDING_INDEX: IndexSpec = { name: "by_pending", key: { "pending.at": 1 } };

/** The list with these facts at its end. Throws ERR_OPERATION_FAILED when too many wait: then the change must not happen. */
export function withFacts(pending: readonly PendingFact[], records: readonly LogRecord[], atMs: number): PendingFact[] {
  if (records.length > 0 && pending.length + records.length > PENDING_MAX) {
    throw fail("ERR_OPERATION_FAILED", "too many facts wait for the event log");
  }
  return [...pending, ...records.map((record) => pendingOf(record, Math.max(1, atMs)))];
}

function pendingOf({ topic, key, value, headers: { id, kind, origin, except } }: LogRecord, at: number): PendingFact {
  return {
    at, topic, key, id, kind, value,
    ...(origin === undefined ? {} : { origin }),
    ...(except === undefined ? {} : { except }),
  };
}

export function recordOf({ topic, key, value, id, kind, origin, except }: PendingFact): LogRecord {
  return {
    topic, key, value: bytesOf(value),
    headers: { id, kind, ...(origin === undefined ? {} : { origin }), ...(except === undefined ? {} : { except }) },
  };
}

/** The driver reads bytes as an object of its own. */
function bytesOf(value: Uint8Array | Binary): Uint8Array {
  return value instanceof Binary ? Uint8Array.from(value.value()) : value;
}
