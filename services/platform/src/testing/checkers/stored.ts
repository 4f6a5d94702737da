import type { Dump, StoredConversation, StoredRow } from "../dump.js";

/** A conversation of the dump with its rows by seq. */
export interface StoredLog {
  readonly stored: StoredConversation;
  readonly bySeq: ReadonlyMap<number, StoredRow>;
}

/** The logs of the dump by conversation. */
export function storedLogs(dump: Dump): ReadonlyMap<string, StoredLog> {
  return new Map(
    dump.conversations.map((stored) => [
      stored.conversation,
      { stored, bySeq: new Map(stored.rows.map((row) => [row.seq, row])) },
    ]),
  );
}
