import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientFrame, FrameReader, OPCODE } from "./websocket.js";

/** As a server writes it: not masked. */
function serverFrame(opcode: number, payload: Uint8Array): Buffer {
  const masked = clientFrame(opcode, payload);
  const maskAt = masked.length - payload.byteLength - 4;
  masked[1] = (masked[1] ?? 0) & 0x7f;
  return Buffer.concat([masked.subarray(0, maskAt), masked.subarray(maskAt + 4)]);
}

function readAll(pieces: readonly Buffer[]): [number, string][] {
  const reader = new FrameReader();
  const found: [number, string][] = [];
  for (const piece of pieces) reader.read(piece, (opcode, bytes, start, end) => found.push([opcode, bytes.toString("latin1", start, end)]));
  return found;
}

describe("frames", () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 100_000])("carry %d bytes", (size) => {
    expect(readAll([serverFrame(OPCODE.binary, Buffer.alloc(size, "x"))])).toEqual([[OPCODE.binary, "x".repeat(size)]]);
  });

  it("are found whole and in order, however the stream is cut", () => {
    const sizes = fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 8 });
    fc.assert(fc.property(sizes, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }), (lengths, cuts) => {
      const payloads = lengths.map((length, at) => String.fromCharCode(97 + at).repeat(length));
      const stream = Buffer.concat(payloads.map((payload) => serverFrame(OPCODE.binary, Buffer.from(payload))));
      const pieces: Buffer[] = [];
      for (let at = 0, cut = 0; at < stream.length; cut += 1) {
        const size = cuts[cut % cuts.length] ?? 1;
        pieces.push(Buffer.from(stream.subarray(at, at + size)));
        at += size;
      }
      expect(readAll(pieces)).toEqual(payloads.map((payload) => [OPCODE.binary, payload]));
    }));
  });

  it("are kept when the buffer they were read into is used again", () => {
    const shared = Buffer.from(serverFrame(OPCODE.binary, Buffer.from("hello")));
    const reader = new FrameReader();
    const found: string[] = [];
    const listen = (_opcode: number, bytes: Buffer, start: number, end: number) => found.push(bytes.toString("latin1", start, end));
    const rest = Buffer.from(shared.subarray(4));
    reader.read(shared.subarray(0, 4), listen);
    shared.fill(0);
    reader.read(rest, listen);
    expect(found).toEqual(["hello"]);
  });

  it("that no server of ours sends are an error", () => {
    const masked = clientFrame(OPCODE.binary, Buffer.from("x"));
    expect(() => readAll([masked])).toThrow("masked");
    const fragment = serverFrame(OPCODE.binary, Buffer.from("x"));
    fragment[0] = OPCODE.binary;
    expect(() => readAll([fragment])).toThrow("fragmented");
  });
});
