// As much of RFC 6455 as a client needs that controls both ends. Client frames carry the mask key 0: allowed by the protocol,
// as much work for the server as any other key, and none for the generator.

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const FINAL = 0x80;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MASK_BYTES = 4;
const FRAME_BYTES_MAX = 16 * 1024 * 1024;

/** A whole client frame; the payload stands at its end as it is. */
export function clientFrame(opcode: number, payload: Uint8Array): Buffer {
  const size = payload.byteLength;
  const extended = size < LENGTH_16 ? 0 : size < 65_536 ? 2 : 8;
  const frame = Buffer.alloc(2 + extended + MASK_BYTES + size);
  frame[0] = FINAL | opcode;
  frame[1] = MASKED | (extended === 0 ? size : extended === 2 ? LENGTH_16 : LENGTH_64);
  if (extended === 2) frame.writeUInt16BE(size, 2);
  if (extended === 8) frame.writeBigUInt64BE(BigInt(size), 2);
  frame.set(payload, 2 + extended + MASK_BYTES);
  return frame;
}

export type OnFrame = (opcode: number, bytes: Buffer, start: number, end: number) => void;

/** Cuts a stream of bytes into server frames. Bytes handed to the listener are valid during the call only. */
export class FrameReader {
  #rest: Buffer | undefined;

  /** Throws on what a server of ours does not send: masked or fragmented frames. */
  read(chunk: Buffer, onFrame: OnFrame): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    let position = 0;
    while (position < bytes.length) {
      const start = payloadStart(bytes, position);
      const end = start === undefined ? undefined : start + payloadLength(bytes, position);
      if (start === undefined || end === undefined || end > bytes.length) break;
      const first = bytes[position] ?? 0;
      if ((first & FINAL) === 0) throw new Error("a fragmented frame");
      position = end;
      onFrame(first & 0x0f, bytes, start, end);
    }
    // The chunk is a view of a buffer that is read into again.
    this.#rest = position < bytes.length ? Buffer.from(bytes.subarray(position)) : undefined;
  }
}

function payloadStart(bytes: Buffer, position: number): number | undefined {
  const second = bytes[position + 1];
  if (second === undefined) return undefined;
  if ((second & MASKED) !== 0) throw new Error("a masked frame from a server");
  const start = position + 2 + (second === LENGTH_16 ? 2 : second === LENGTH_64 ? 8 : 0);
  return start > bytes.length ? undefined : start;
}

function payloadLength(bytes: Buffer, position: number): number {
  const second = bytes[position + 1] ?? 0;
  if (second < LENGTH_16) return second;
  const length = second === LENGTH_16 ? bytes.readUInt16BE(position + 2) : Number(bytes.readBigUInt64BE(position + 2));
  if (length > FRAME_BYTES_MAX) throw new Error(`a frame of ${length} bytes`);
  return length;
}
