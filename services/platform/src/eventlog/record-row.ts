import type { LogRecord, RecordHeaders, Topic } from "./port.js";

/** The columns in which the SQLite tables of this folder keep a record. */
export type RecordRow = {
  readonly key: string;
  readonly id: string;
  readonly kind: string;
  readonly origin: string | null;
  readonly except_uid: string | null;
  readonly value: Uint8Array;
};

export function recordOf(row: RecordRow, topic: Topic): LogRecord {
  const headers: RecordHeaders = {
    id: row.id,
    kind: row.kind,
    ...(row.origin === null ? {} : { origin: row.origin }),
    ...(row.except_uid === null ? {} : { except: row.except_uid }),
  };
  return { topic, key: row.key, value: row.value, headers };
}
