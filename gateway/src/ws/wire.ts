// The little of the protobuf wire format that puts finished bytes into a frame without decoding them.

const SEVEN_BITS = 0x80;

function varintBytes(value: number): number {
  let size = 1;
  for (let rest = value; rest >= SEVEN_BITS; rest = Math.floor(rest / SEVEN_BITS)) size += 1;
  return size;
}

/** Writes a safe non-negative integer; answers where it ends. */
function putVarint(out: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  while (rest >= SEVEN_BITS) {
    out[at++] = (rest % SEVEN_BITS) | SEVEN_BITS;
    rest = Math.floor(rest / SEVEN_BITS);
  }
  out[at++] = rest;
  return at;
}

/** A field of a frame: its tag (one byte: field numbers below 16) with a number or with finished bytes. */
export type Field = readonly [tag: number, value: number | Uint8Array];

/** Zero numbers are left out, as proto3 does; empty bytes are not: they may be a message without fields. */
export function message(...fields: readonly Field[]): Uint8Array {
  let size = 0;
  for (const [, value] of fields) size += fieldBytes(value);
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  for (const [tag, value] of fields) at = putField(out, at, tag, value);
  return out;
}

function fieldBytes(value: number | Uint8Array): number {
  if (typeof value === "number") return value === 0 ? 0 : 1 + varintBytes(value);
  return 1 + varintBytes(value.byteLength) + value.byteLength;
}

function putField(out: Uint8Array, offset: number, tag: number, value: number | Uint8Array): number {
  if (value === 0) return offset;
  out[offset] = tag;
  if (typeof value === "number") return putVarint(out, offset + 1, value);
  const at = putVarint(out, offset + 1, value.byteLength);
  out.set(value, at);
  return at + value.byteLength;
}
