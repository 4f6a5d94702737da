// Protobuf by hand, for the few shapes that wrap bytes which are encoded already: an embedded message and a bytes field
// look the same, so a stored Message becomes an ack or an event without being decoded.
import { putVarint, varintSize } from "./placement.js";

const VARINT = 0;
const DELIMITED = 2;

/** One field: a number, an ASCII text, or encoded bytes. Zero and empty are left out, as proto3 does. */
export type Field = readonly [number: number, value: number | string | Uint8Array];

export function encodeFields(fields: readonly Field[]): Uint8Array {
  let size = 0;
  for (const field of fields) size += fieldSize(field);
  // Small buffers from the slab cost a fraction of memory of their own.
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  for (const field of fields) at = putField(out, at, field);
  return out;
}

function fieldSize([number, value]: Field): number {
  const tag = varintSize(number << 3);
  if (typeof value === "number") return value === 0 ? 0 : tag + varintSize(value);
  return value.length === 0 && typeof value === "string" ? 0 : tag + varintSize(value.length) + value.length;
}

function putField(out: Uint8Array, offset: number, [number, value]: Field): number {
  if (typeof value === "number") {
    return value === 0 ? offset : putVarint(out, putVarint(out, offset, (number << 3) | VARINT), value);
  }
  if (typeof value === "string" && value.length === 0) return offset;
  let at = putVarint(out, offset, (number << 3) | DELIMITED);
  at = putVarint(out, at, value.length);
  if (typeof value === "string") {
    for (let i = 0; i < value.length; i += 1) out[at + i] = value.charCodeAt(i);
  } else out.set(value, at);
  return at + value.length;
}
