import { partitionOf } from "./partition.js";
import type { LogRecord } from "./port.js";

/** Records as columns: crossing a thread costs far less than as objects. */
export type PackedRecords = {
  readonly atMs: number;
  readonly partitions: readonly number[];
  readonly keys: readonly string[];
  readonly ids: readonly string[];
  readonly kinds: readonly string[];
  readonly origins: readonly (string | null)[];
  readonly excepts: readonly (string | null)[];
  readonly values: readonly Uint8Array[];
};

export function packRecords(records: readonly LogRecord[], atMs: number): PackedRecords {
  return {
    atMs,
    partitions: records.map((record) => partitionOf(record.key)),
    keys: records.map((record) => record.key),
    ids: records.map((record) => record.headers.id),
    kinds: records.map((record) => record.headers.kind),
    origins: records.map((record) => record.headers.origin ?? null),
    excepts: records.map((record) => record.headers.except ?? null),
    values: records.map((record) => record.value),
  };
}
