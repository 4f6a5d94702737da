import type { LogRecord } from "./port.js";

/** A fact that was committed with the change it tells of, and is not known to be in the event log yet. */
export type OutboxEntry = { readonly id: number; readonly record: LogRecord };

export interface OutboxStore {
  /** Oldest first, in the order of the commits; sees everything committed before the call. */
  pending(limit: number): Promise<readonly OutboxEntry[]>;
  /** Forgets entries. Unknown ids are ignored, so a repeat is harmless. */
  published(ids: readonly number[]): Promise<void>;
}
