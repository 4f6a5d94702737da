import { seededRandom, type Random } from "../../random/index.js";
import { pick } from "./draw.js";
import { encodeFrame, OPCODE } from "./frame-codec.js";
import { deepJson, oddJson, withOddValue, withUnknownField } from "./odd-json.js";
import { deepProtobuf, hugeField, nestedGroups, unknownField } from "./odd-protobuf.js";

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
  noise: ({ random }) => Buffer.from(random.bytes(1 + random.int(200))),
  randomPayload: ({ random }) =>
    frame(random, pick(random, [OPCODE.text, OPCODE.binary]), random.bytes(random.int(500))),
  emptyMessage: ({ random }) => frame(random, pick(random, [OPCODE.text, OPCODE.binary]), Buffer.alloc(0)),
  wrongKind: ({ random, json, binary }) =>
    random.int(2) === 0
      ? frame(random, OPCODE.binary, Buffer.from(json))
      : frame(random, OPCODE.text, binary),

  // The frame layer.
  truncatedFrame: ({ random, json }) => cut(random, frame(random, OPCODE.text, Buffer.from(json))),
  wrongOpcode: ({ random, json }) =>
    frame(random, pick(random, [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), Buffer.from(json)),
  reservedBits: ({ random, json }) =>
    frame(random, OPCODE.text, Buffer.from(json), { reserved: 1 + random.int(7) }),
  unmasked: ({ json }) => encodeFrame({ opcode: OPCODE.text, payload: Buffer.from(json) }),
  hugeLength: ({ random, json }) =>
    frame(random, OPCODE.text, Buffer.from(json), {
      claimedLength: pick(random, [131_073, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 63]),
    }),
  unfinishedFragments: ({ random, json }) => frame(random, OPCODE.text, Buffer.from(json), { fin: false }),
  orphanContinuation: ({ random, json }) => frame(random, OPCODE.continuation, Buffer.from(json)),
  manyFragments: ({ random, json }) =>
    Buffer.concat(
      Array.from({ length: 200 }, (_, index) =>
        frame(
          random,
          index === 0 ? OPCODE.text : OPCODE.continuation,
          Buffer.from(json.slice(index, index + 1)),
          { fin: false },
        ),
      ),
    ),
  longControl: ({ random }) =>
    frame(
      random,
      pick(random, [OPCODE.ping, OPCODE.pong, OPCODE.close]),
      random.bytes(126 + random.int(500)),
    ),
  fragmentedControl: ({ random }) =>
    frame(random, pick(random, [OPCODE.ping, OPCODE.close]), random.bytes(2), { fin: false }),
  badClose: ({ random }) =>
    frame(
      random,
      OPCODE.close,
      pick(random, [Buffer.of(3), Buffer.of(3, 231), Buffer.of(3, 237), Buffer.of(3, 232, 0xff, 0xfe)]),
    ),

  // Text and JSON.
  badUtf8: ({ random, json }) =>
    frame(random, OPCODE.text, spliced(random, Buffer.from(json), pick(random, BAD_UTF8))),
  truncatedJson: ({ random, json }) => frame(random, OPCODE.text, cut(random, Buffer.from(json))),
  flippedJson: ({ random, json }) => frame(random, OPCODE.text, flipped(random, Buffer.from(json))),
  oddJson: ({ random }) => frame(random, OPCODE.text, Buffer.from(oddJson(random))),
  unknownJsonFields: ({ random, json }) =>
    frame(random, OPCODE.text, Buffer.from(withUnknownField(random, json))),
  oddJsonValue: ({ random, json }) => frame(random, OPCODE.text, Buffer.from(withOddValue(random, json))),
  deepJson: ({ random, json }) => frame(random, OPCODE.text, Buffer.from(deepJson(random, json))),

  // Protobuf.
  truncatedProto: ({ random, binary }) => frame(random, OPCODE.binary, cut(random, Buffer.from(binary))),
  flippedProto: ({ random, binary }) => frame(random, OPCODE.binary, flipped(random, Buffer.from(binary))),
  unknownProtoFields: ({ random, binary }) =>
    frame(random, OPCODE.binary, Buffer.concat([binary, unknownField(random)])),
  hugeProtoLength: ({ random, binary }) =>
    frame(random, OPCODE.binary, Buffer.concat([binary, hugeField(random)])),
  nestedGroups: ({ random, binary }) =>
    frame(random, OPCODE.binary, Buffer.concat([binary, nestedGroups(random)])),
  deepProto: ({ random }) => frame(random, OPCODE.binary, deepProtobuf(random)),
} satisfies Record<string, (material: Material) => Buffer>;

export const MUTATION_KINDS = Object.keys(MUTATIONS) as readonly MutationKind[];

const BAD_UTF8 = [
  Buffer.of(0xff),
  Buffer.of(0xc0, 0xaf),
  Buffer.of(0xe0, 0x80, 0x80),
  Buffer.of(0xed, 0xa0, 0x80),
  Buffer.of(0xf4, 0x90, 0x80, 0x80),
  Buffer.of(0xe2, 0x82),
];
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
