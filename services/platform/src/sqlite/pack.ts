/**
 * Structured clone copies the whole ArrayBuffer behind a view: 20 bytes cut out of a pooled 64 KiB buffer would cross
 * as 64 KiB. It is also slow per buffer. So all bytes of a message are copied into one buffer, which is transferred,
 * and the views in the (copied) arguments point into it. The caller's values are not touched.
 */
export interface Packed {
  readonly value: unknown;
  readonly transfer: ArrayBuffer[];
}

// Deeper values than any command needs; also ends cycles, which clone would carry but JSON-like arguments never have.
const DEPTH_MAX = 8;

/** Rough size of a value in bytes, for the bounds of queue and batch. */
export function sizeOf(value: unknown, depth = 0): number {
  if (typeof value === "string") return value.length + 8;
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return 8;
  if (value instanceof Uint8Array) return value.byteLength + 16;
  let size = 16;
  if (Array.isArray(value)) for (const item of value) size += sizeOf(item, depth + 1);
  else for (const key in value) size += sizeOf((value as Record<string, unknown>)[key], depth + 1);
  return size;
}

export function pack(value: unknown): Packed {
  const bytes = countBytes(value, 0);
  if (bytes === 0) return { value, transfer: [] };
  const packer = { buffer: new ArrayBuffer(bytes), at: 0 };
  return { value: moved(value, packer, 0), transfer: [packer.buffer] };
}

function countBytes(value: unknown, depth: number): number {
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return 0;
  if (value instanceof Uint8Array) return value.byteLength;
  let bytes = 0;
  if (Array.isArray(value)) for (const item of value) bytes += countBytes(item, depth + 1);
  else for (const key in value) bytes += countBytes((value as Record<string, unknown>)[key], depth + 1);
  return bytes;
}

function moved(value: unknown, packer: { buffer: ArrayBuffer; at: number }, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return value;
  if (value instanceof Uint8Array) {
    const view = new Uint8Array(packer.buffer, packer.at, value.byteLength);
    view.set(value);
    packer.at += value.byteLength;
    return view;
  }
  if (Array.isArray(value)) return value.map((item) => moved(item, packer, depth + 1));
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const before = (value as Record<string, unknown>)[key];
    if (typeof before !== "object" || before === null) continue;
    const after = moved(before, packer, depth + 1);
    if (after !== before) (copy ??= { ...(value as Record<string, unknown>) })[key] = after;
  }
  return copy ?? value;
}
