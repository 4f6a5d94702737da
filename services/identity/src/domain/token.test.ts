import { uid } from "@parlance/platform/ids";
import { expect, test } from "vitest";
import { endsAtMs, isExpired, issueToken } from "./token.js";

const random = { bytes: (length: number) => new Uint8Array(length) };
const made = (ttlSeconds: number) => issueToken({ uid: uid("alice"), nowMs: 1_000, ttlSeconds, random }).token;

test("a token ends at its expiry or after idling, whichever is first", () => {
  expect(endsAtMs(made(60), 10_000)).toBe(11_000);
  expect(endsAtMs(made(5), 10_000)).toBe(6_000);
  expect(endsAtMs({ ...made(0), lastUsedAtMs: 4_000 }, 10_000)).toBe(14_000);
});

test("zero means without end", () => {
  expect(endsAtMs(made(0), 0)).toBe(Infinity);
});

test("the moment of the end is after it", () => {
  expect(isExpired(made(5), { nowMs: 5_999, idleMs: 0 })).toBe(false);
  expect(isExpired(made(5), { nowMs: 6_000, idleMs: 0 })).toBe(true);
});
