// A stored Message is written in two parts that protobuf merges when it reads them one after another: the placement
// (id, seq, sentAtMs, countableNo), known only when the writer numbers the row, and the content, encoded once before.
// So renumbering after a conflict rewrites a few bytes, and the same bytes serve the store, the ack and the event.

/** Where a row stands in its log. */
export interface Placement {
  readonly id: number;
  readonly seq: number;
  readonly sentAtMs: number;
  /** Countable messages up to and including this row. */
  readonly countableNo: number;
}

const SEVEN_BITS = 0x80;

/** Appends an unsigned varint at an offset; answers the offset after it. Safe integers only. */
export function putVarint(out: Uint8Array, offset: number, value: number): number {
  let rest = value;
  let at = offset;
  while (rest >= SEVEN_BITS) {
    out[at++] = (rest % SEVEN_BITS) | SEVEN_BITS;
    rest = Math.floor(rest / SEVEN_BITS);
  }
  out[at++] = rest;
  return at;
}

export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= SEVEN_BITS; rest = Math.floor(rest / SEVEN_BITS)) size += 1;
  return size;
}

// Tags of Message: field number << 3 | wire type.
const ID_TAG = 1 << 3;
const SEQ_TAG = 2 << 3;
const CONVERSATION_ID_TAG = (5 << 3) | 2;
const SENT_AT_TAG = 12 << 3;
const COUNTABLE_NO_TAG = 24 << 3;

/** A label as a field of Message; made once per conversation. Labels are ASCII: they are made of ids. */
export function labelField(label: string): Uint8Array {
  const head = 1 + varintSize(label.length);
  // Small buffers from the slab cost a fraction of memory of their own.
  const out = Buffer.allocUnsafe(head + label.length);
  out[0] = CONVERSATION_ID_TAG;
  putVarint(out, 1, label.length);
  for (let i = 0; i < label.length; i += 1) out[head + i] = label.charCodeAt(i);
  return out;
}

/** The encoded Message of a placed row. */
export function placeContent(content: Uint8Array, place: Placement, label: Uint8Array): Uint8Array {
  const numbers = 5 + varintSize(place.id) + varintSize(place.seq) + varintSize(place.sentAtMs) + varintSize(place.countableNo);
  const out = Buffer.allocUnsafe(numbers + label.length + content.length);
  out[0] = ID_TAG;
  let at = putVarint(out, 1, place.id);
  out[at++] = SEQ_TAG;
  at = putVarint(out, at, place.seq);
  out.set(label, at);
  at += label.length;
  out[at++] = SENT_AT_TAG;
  at = putVarint(out, at, place.sentAtMs);
  at = putVarint(out, at, COUNTABLE_NO_TAG);
  at = putVarint(out, at, place.countableNo);
  out.set(content, at);
  return out;
}
