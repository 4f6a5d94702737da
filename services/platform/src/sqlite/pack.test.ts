import { expect, test } from "vitest";
import { pack, sizeOf } from "./pack.js";

test("all bytes of a value move into one buffer of exactly their size", () => {
  const pool = Buffer.alloc(65_536, 1);
  const value = { rows: [{ body: pool.subarray(0, 3) }, { body: pool.subarray(3, 5), parts: [new Uint8Array([9])] }], n: 1 };
  const { value: packed, transfer } = pack(value);
  expect(transfer.map((buffer) => buffer.byteLength)).toEqual([6]);
  expect(packed).toEqual({
    rows: [{ body: new Uint8Array([1, 1, 1]) }, { body: new Uint8Array([1, 1]), parts: [new Uint8Array([9])] }], n: 1,
  });
  expect(value.rows[0]?.body.buffer.byteLength).toBe(65_536);
});

test("a value without bytes is passed on as it is", () => {
  const value = { a: [1, "x", null, undefined, { b: new Map([[1, 2]]) }], big: 1n };
  expect(pack(value)).toEqual({ value, transfer: [] });
  expect(pack(value).value).toBe(value);
});

test("a value that contains itself ends", () => {
  const value: { self?: unknown; bytes: Uint8Array } = { bytes: new Uint8Array(2) };
  value.self = value;
  expect(structuredClone(pack(value).value)).toMatchObject({ bytes: new Uint8Array(2) });
  expect(sizeOf(value)).toBeGreaterThan(0);
});

test("the size of a value counts its bytes and its texts", () => {
  expect(sizeOf({ body: new Uint8Array(1_000), text: "x".repeat(500), list: [1, 2] })).toBeGreaterThanOrEqual(1_500);
});
