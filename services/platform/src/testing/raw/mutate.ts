import { seededRandom, type Random } from "../../random/index.js";
import { encodeFrame, OPCODE } from "./frame-codec.js";

/** Valid payloads to start from: JSON client frames and encoded protobuf client frames. */
export interface Samples {
  readonly json: readonly string[];
  readonly binary: readonly Uint8Array[];
}

export interface MutatedFrame {
  readonly kind: MutationKind;
  /** What goes over TCP as it is: usually one WebSocket frame, sometimes several or none. */
  readonly bytes: Buffer;
}

export type MutationKind = keyof typeof MUTATIONS;

/** What a mutation draws from. */
interface Material {
  readonly random: Random;
  readonly json: string;
  readonly binary: Uint8Array;
}

/** Endless mutated frames (F16); the same seed and samples give the same frames. */
export function* mutatedFrames(seed: number, samples: Samples): Generator<MutatedFrame, never> {
  const random = seededRandom(seed);
  const kinds = Object.keys(MUTATIONS) as MutationKind[];
  for (;;) {
    const kind = pick(random, kinds);
    const material = { random, json: pick(random, samples.json), binary: pick(random, samples.binary) };
    yield { kind, bytes: MUTATIONS[kind](material) };
  }
}

const MUTATIONS = {
  randomBytes: ({ random }) => Buffer.from(random.bytes(1 + random.int(200))),
  randomPayload: ({ random }) => frame(random, pick(random, [OPCODE.text, OPCODE.binary]), random.bytes(random.int(500))),
  emptyMessage: ({ random }) => frame(random, pick(random, [OPCODE.text, OPCODE.binary]), Buffer.alloc(0)),
  wrongKind: ({ random, json, binary }) =>
    random.int(2) === 0 ? frame(random, OPCODE.binary, Buffer.from(json)) : frame(random, OPCODE.text, binary),

  // The frame layer.
  truncatedFrame: ({ random, json }) => cut(random, frame(random, OPCODE.text, Buffer.from(json))),
  wrongOpcode: ({ random, json }) => frame(random, pick(random, [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), Buffer.from(json)),
  reservedBits: ({ random, json }) => frame(random, OPCODE.text, Buffer.from(json), { reserved: 1 + random.int(7) }),
  unmasked: ({ json }) => encodeFrame({ opcode: OPCODE.text, payload: Buffer.from(json) }),
  hugeLength: ({ random, json }) =>
    frame(random, OPCODE.text, Buffer.from(json), { claimedLength: pick(random, [131_073, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 63]) }),
  unfinishedFragments: ({ random, json }) => frame(random, OPCODE.text, Buffer.from(json), { fin: false }),
  orphanContinuation: ({ random, json }) => frame(random, OPCODE.continuation, Buffer.from(json)),
  manyFragments: ({ random, json }) =>
    Buffer.concat(Array.from({ length: 200 }, (_, index) =>
      frame(random, index === 0 ? OPCODE.text : OPCODE.continuation, Buffer.from(json.slice(index, index + 1)), { fin: false }))),
  longControl: ({ random }) => frame(random, pick(random, [OPCODE.ping, OPCODE.pong, OPCODE.close]), random.bytes(126 + random.int(500))),
  fragmentedControl: ({ random }) => frame(random, pick(random, [OPCODE.ping, OPCODE.close]), random.bytes(2), { fin: false }),
  badClose: ({ random }) =>
    frame(random, OPCODE.close, pick(random, [Buffer.of(3), Buffer.of(3, 231), Buffer.of(3, 237), Buffer.of(3, 232, 0xff, 0xfe)])),

  // Text and JSON.
  badUtf8: ({ random, json }) => frame(random, OPCODE.text, spliced(random, Buffer.from(json), pick(random, BAD_UTF8))),
  truncatedJson: ({ random, json }) => frame(random, OPCODE.text, cut(random, Buffer.from(json))),
  flippedJson: ({ random, json }) => frame(random, OPCODE.text, flipped(random, Buffer.from(json))),
  oddJson: ({ random }) => frame(random, OPCODE.text, Buffer.from(pick(random, ODD_JSON))),
  unknownJsonFields: ({ random, json }) =>
    frame(random, OPCODE.text, Buffer.from(json.replace("{", `{"${pick(random, ODD_NAMES)}":${pick(random, ODD_VALUES)},`))),
  oddJsonValue: ({ random, json }) => frame(random, OPCODE.text, Buffer.from(withOddValue(random, json))),
  deepJson: ({ random, json }) => frame(random, OPCODE.text, Buffer.from(deepJson(random, json))),

  // Protobuf.
  truncatedProto: ({ random, binary }) => frame(random, OPCODE.binary, cut(random, Buffer.from(binary))),
  flippedProto: ({ random, binary }) => frame(random, OPCODE.binary, flipped(random, Buffer.from(binary))),
  unknownProtoFields: ({ random, binary }) => frame(random, OPCODE.binary, Buffer.concat([binary, unknownField(random)])),
  hugeProtoLength: ({ random, binary }) =>
    frame(random, OPCODE.binary, Buffer.concat([binary, tag(1 + random.int(20), 2), pick(random, HUGE_VARINTS)])),
  nestedGroups: ({ random, binary }) => frame(random, OPCODE.binary, Buffer.concat([binary, nestedGroups(random)])),
  deepProto: ({ random }) => frame(random, OPCODE.binary, deepProto(random)),
} satisfies Record<string, (material: Material) => Buffer>;

export const MUTATION_KINDS = Object.keys(MUTATIONS) as readonly MutationKind[];

const BAD_UTF8 = [
  Buffer.of(0xff), Buffer.of(0xc0, 0xaf), Buffer.of(0xe0, 0x80, 0x80), Buffer.of(0xed, 0xa0, 0x80), Buffer.of(0xf4, 0x90, 0x80, 0x80), Buffer.of(0xe2, 0x82),
];
const ODD_JSON = ["null", "0", "[]", "\"\"", "{}", "true", "[[]]", "{\"\":{}}", "{\"id\":1}", "{\"id\":1,\"call\":null}", "\u0000", "{\"id\":1}{\"id\":2}"];
const ODD_NAMES = ["unknown", "__proto__", "constructor", "toString", "hello", "call", "\\u0000", "x".repeat(1_000)];
const ODD_VALUES = [
  "null", "true", "-1", "1e999", "-0", "9007199254740993", "18446744073709551616", "0.5", "\"\"", "\"NaN\"", "[]", "{}",
  "{\"__proto__\":{\"admin\":true}}", "\"\\ud800\"", `"${"y".repeat(10_000)}"`, "[[[[[[[[]]]]]]]]",
];
const HUGE_VARINTS = [
  Buffer.from("ffffffff07", "hex"), Buffer.from("ffffffff0f", "hex"), Buffer.from("ffffffffffffffff7f", "hex"), Buffer.from("ffffffffffffffffffff01", "hex"),
];
// Around the limits that recursive parsers have.
const DEPTHS = [33, 64, 101, 1_000, 10_000];

function frame(
  random: Random,
  opcode: number,
  payload: Uint8Array,
  odd: { fin?: boolean; reserved?: number; claimedLength?: number } = {},
): Buffer {
  return encodeFrame({ opcode, payload, mask: random.bytes(4), ...odd });
}

function cut(random: Random, bytes: Buffer): Buffer {
  return bytes.subarray(0, random.int(bytes.length + 1));
}

function flipped(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  if (changed.length === 0) return changed;
  for (let count = 1 + random.int(8); count > 0; count -= 1) {
    const index = random.int(changed.length);
    changed[index] = changed[index]! ^ (1 << random.int(8));
  }
  return changed;
}

function spliced(random: Random, bytes: Buffer, piece: Buffer): Buffer {
  const at = random.int(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

/** One value of the sample, wherever it stands, replaced by an odd one. */
function withOddValue(random: Random, json: string): string {
  const values = [...json.matchAll(/:\s*("(?:[^"\\]|\\.)*"|-?[\d.eE+]+|true|false|null)/g)];
  if (values.length === 0) return pick(random, ODD_VALUES);
  const value = pick(random, values);
  const end = value.index + value[0].length;
  return `${json.slice(0, value.index)}:${pick(random, ODD_VALUES)}${json.slice(end)}`;
}

function deepJson(random: Random, json: string): string {
  const depth = pick(random, DEPTHS);
  const [open, close] = pick(random, [["[", "]"], ['{"a":', "}"]] as const);
  const deep = open.repeat(depth) + (open === "[" ? "" : "0") + (random.int(4) === 0 ? "" : close.repeat(depth));
  return random.int(2) === 0 ? deep : json.replace("{", `{"deep":${deep},`);
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

function unknownField(random: Random): Buffer {
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

function nestedGroups(random: Random): Buffer {
  const depth = pick(random, DEPTHS);
  const field = 1 + random.int(20);
  const opened = Buffer.concat(Array.from({ length: depth }, () => tag(field, 3)));
  const closed = Buffer.concat(Array.from({ length: random.int(2) === 0 ? depth : random.int(depth) }, () => tag(field, 4)));
  return Buffer.concat([opened, closed]);
}

/** A message in a message in a message, all in the same field. */
function deepProto(random: Random): Buffer {
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

function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random.int(items.length)];
  if (item === undefined) throw new Error("there is nothing to choose from");
  return item;
}
