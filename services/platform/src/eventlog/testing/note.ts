import { fail } from "../../errors/index.js";
import type { LogRecord, Topic } from "../port.js";

/** The event of this folder's tests: what was said, and the kind it claims. */
export type Note = { readonly says: string };

export const POISON = new Uint8Array([0xff]);

type NoteParts = { readonly key: string; readonly says: string; readonly kind?: string; readonly topic?: Topic };

/** The id follows from key and words, so that a repeat of a note has the same one. */
export function note({ key, says, kind = "noted", topic = "events" }: NoteParts): LogRecord {
  return { topic, key, value: new TextEncoder().encode(says), headers: { id: `${key}:${says}`, kind } };
}

export function decodeNote(value: Uint8Array): Note {
  if (value[0] === POISON[0]) throw fail("ERR_BAD_REQUEST", "poison");
  return { says: new TextDecoder().decode(value) };
}

export function wordsOf(records: readonly LogRecord[]): string[] {
  return records.map((record) => new TextDecoder().decode(record.value));
}
