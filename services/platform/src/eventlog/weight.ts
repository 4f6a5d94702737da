import type { LogRecord } from "./port.js";

/** Q5, Q11: 10,000 records or 16 MiB. */
export const QUEUE_BYTES_MAX = 16 * 1024 * 1024;
const RECORDS_MAX = 10_000;

/** A record weighs at least its share of the bound, so that one number keeps both bounds. */
const WEIGHT_MIN = Math.floor(QUEUE_BYTES_MAX / RECORDS_MAX);

export function weightOf(records: readonly LogRecord[]): number {
  return records.reduce((sum, record) => sum + Math.max(WEIGHT_MIN, record.value.byteLength + record.key.length), 0);
}
