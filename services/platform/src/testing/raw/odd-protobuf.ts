import type { Random } from "../../random/index.js";
import { DEPTHS, pick } from "./draw.js";

const HUGE_VARINTS = [
  Buffer.from("ffffffff07", "hex"),
  Buffer.from("ffffffff0f", "hex"),
  Buffer.from("ffffffffffffffff7f", "hex"),
  Buffer.from("ffffffffffffffffffff01", "hex"),
];

/** A field that says to be longer than anything. */
export function hugeField(random: Random): Buffer {
  return Buffer.concat([tag(1 + random.int(20), 2), pick(random, HUGE_VARINTS)]);
}

function tag(field: number, wireType: number): Buffer {
  return varint(field * 8 + wireType);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

/** A field that no message has, of every wire type, also of those that do not exist. */
export function unknownField(random: Random): Buffer {
  const field = pick(random, [15, 16, 1_000, 18_999, 536_870_911]);
  const payload = Buffer.from(random.bytes(random.int(100)));
  return pick(random, [
    Buffer.concat([tag(field, 0), varint(random.int(1_000_000))]),
    Buffer.concat([tag(field, 1), random.bytes(8)]),
    Buffer.concat([tag(field, 2), varint(payload.length), payload]),
    Buffer.concat([tag(field, 5), random.bytes(4)]),
    Buffer.concat([tag(field, 6), payload]),
    Buffer.concat([tag(0, 0), payload]),
  ]);
}

/** Groups in groups, sometimes not all of them closed. */
export function nestedGroups(random: Random): Buffer {
  const depth = pick(random, DEPTHS);
  const field = 1 + random.int(20);
  const closedDepth = random.int(2) === 0 ? depth : random.int(depth);
  return Buffer.concat([repeated(tag(field, 3), depth), repeated(tag(field, 4), closedDepth)]);
}

function repeated(piece: Buffer, times: number): Buffer {
  return Buffer.alloc(piece.length * times, piece);
}

/** A message in a message in a message, all in the same field. */
export function deepProtobuf(random: Random): Buffer {
  const head = tag(1 + random.int(20), 2);
  const parts: Buffer[] = [];
  let length = 0;
  for (let depth = Math.min(1_000, pick(random, DEPTHS)); depth > 0; depth -= 1) {
    const piece = Buffer.concat([head, varint(length)]);
    parts.unshift(piece);
    length += piece.length;
  }
  return Buffer.concat(parts);
}
