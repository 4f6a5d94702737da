import { ErrorDetail } from "./gen/parlance/errors/v1/errors.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createWriters } from "./writer.js";

const detail = (message: string) => ErrorDetail.fromPartial({ code: 84, message, fields: { uid: message }, retryAfterMs: 5 });

test("writes what the library's writer writes, at any length", () => {
  const writer = createWriters();
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 30_000 }), (text) => {
    const plain = ErrorDetail.encode(detail(text)).finish();
    expect(Buffer.compare(ErrorDetail.encode(detail(text), writer()).finish(), plain)).toBe(0);
  }), { numRuns: 200 });
});

test("what was finished is not changed by the next writer", () => {
  const writer = createWriters();
  const first = ErrorDetail.encode(detail("alice"), writer()).finish();
  const copy = Buffer.from(first);
  ErrorDetail.encode(detail("bobby"), writer()).finish();
  expect(Buffer.compare(first, copy)).toBe(0);
});

test("two writers may be open at once", () => {
  const writer = createWriters();
  const outer = writer();
  outer.uint32(10);
  const inner = ErrorDetail.encode(detail("carol"), writer()).finish();
  outer.bytes(inner);
  expect(Buffer.from(outer.finish()).subarray(2)).toEqual(Buffer.from(inner));
});
