/**
 * WebSocket frames (RFC 6455, section 5), written without any library so that tests can also send what no
 * library would.
 *
 *   byte 0: FIN, three reserved bits, opcode (4 bits)
 *   byte 1: MASK, length (7 bits); 126: two length bytes follow; 127: eight
 *   four bytes of mask when MASK is set, then the payload, each byte xored with mask[i % 4]
 */

export const OPCODE = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

export interface OutgoingFrame {
  readonly opcode: number;
  readonly payload: Uint8Array;
  /** True when absent. */
  readonly fin?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
  /** Four bytes; absent: the frame goes out unmasked, which a server must refuse. */
  readonly mask?: Uint8Array;
  /** Length written into the header in place of the true one. */
  readonly claimedLength?: number;
}

export interface IncomingFrame {
  readonly fin: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

const HEADER_BYTES_MAX = 14;

export function encodeFrame(frame: OutgoingFrame): Buffer {
  const { opcode, payload, fin = true, reserved = 0, mask, claimedLength = payload.length } = frame;
  const first = (fin ? 0x80 : 0) | ((reserved & 7) << 4) | (opcode & 15);
  const length = encodeLength(claimedLength, mask === undefined ? 0 : 0x80);
  if (mask === undefined) return Buffer.concat([Buffer.of(first), length, payload]);
  const masked = Buffer.from(payload);
  for (let index = 0; index < masked.length; index += 1) masked[index] = masked[index]! ^ mask[index % 4]!;
  return Buffer.concat([Buffer.of(first), length, mask, masked]);
}

function encodeLength(length: number, maskBit: number): Buffer {
  if (length < 126) return Buffer.of(maskBit | length);
  if (length < 65_536) return Buffer.of(maskBit | 126, length >> 8, length & 255);
  const long = Buffer.alloc(9);
  long[0] = maskBit | 127;
  long.writeBigUInt64BE(BigInt(length), 1);
  return long;
}

export function closePayload(code: number, reason: string): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return payload;
}

/** Cuts a stream of bytes into frames. Frames of a server must not be masked, frames of a client must. */
export class FrameParser {
  readonly #masked: boolean;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(from: "server" | "client" = "server") {
    this.#masked = from === "client";
  }

  add(piece: Buffer): IncomingFrame[] {
    this.#pieces.push(piece);
    this.#length += piece.length;
    const frames: IncomingFrame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): IncomingFrame | undefined {
    const header = this.#header();
    if (header === undefined || this.#length < header.start + header.length) return undefined;
    const all = this.#joined();
    const end = header.start + header.length;
    this.#pieces = end < all.length ? [all.subarray(end)] : [];
    this.#length = all.length - end;
    const payload = all.subarray(header.start, end);
    if (!this.#masked) return { fin: header.fin, opcode: header.opcode, payload };
    const mask = all.subarray(header.start - 4, header.start);
    return {
      fin: header.fin,
      opcode: header.opcode,
      payload: payload.map((byte, index) => byte ^ mask[index % 4]!) as Buffer,
    };
  }

  #header(): { fin: boolean; opcode: number; start: number; length: number } | undefined {
    if (this.#length < 2) return undefined;
    const all = this.#pieces[0]!.length >= HEADER_BYTES_MAX ? this.#pieces[0]! : this.#joined();
    const [first, second] = [all[0]!, all[1]!];
    if (((second & 0x80) !== 0) !== this.#masked)
      throw new Error(`the peer sent a frame ${this.#masked ? "without" : "with"} a mask`);
    const kind = second & 0x7f;
    const start = (kind < 126 ? 2 : kind === 126 ? 4 : 10) + (this.#masked ? 4 : 0);
    if (all.length < start) return undefined;
    const length = kind < 126 ? kind : kind === 126 ? all.readUInt16BE(2) : Number(all.readBigUInt64BE(2));
    return { fin: (first & 0x80) !== 0, opcode: first & 15, start, length };
  }

  #joined(): Buffer {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0] ?? Buffer.alloc(0);
  }
}
