// The little of the protobuf wire format that puts finished bytes into a frame without decoding them.

/** A safe non-negative integer. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

export function lengthPrefixed(value: Uint8Array): readonly [Uint8Array, Uint8Array] {
  return [varint(value.byteLength), value];
}

type Piece = Uint8Array | readonly Uint8Array[];

export function concat(...pieces: readonly Piece[]): Uint8Array {
  return Buffer.concat(pieces.flat() as Uint8Array[]);
}
