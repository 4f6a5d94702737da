import { expect, it } from "vitest";
import { seededRandom } from "../random/index.js";
import { SYSTEM_UID, isReservedId, normaliseId, randomId } from "./index.js";

it("stores ids in lower case", () => {
  expect(normaliseId("Alice_01-X")).toBe("alice_01-x");
  expect(normaliseId("a".repeat(100))).toBe("a".repeat(100));
});

it("refuses ids that are empty, too long or of other characters", () => {
  const bad = ["", "a".repeat(101), "a b", "a.b", "a/b", "ä", "bob\n", "\u212A" /* Kelvin: its lower case is k */, "a\0"];
  expect(bad.map(normaliseId)).toEqual(bad.map(() => undefined));
});

it("knows which ids only the platform gives out", () => {
  expect(isReservedId(SYSTEM_UID)).toBe(true);
  expect(isReservedId("app")).toBe(false);
});

it("makes unguessable ids of 128 bits", () => {
  const random = seededRandom(1);
  const ids = Array.from({ length: 1_000 }, () => randomId(random, "s_"));
  expect(new Set(ids).size).toBe(1_000);
  for (const id of ids) expect(id).toMatch(/^s_[\w-]{22}$/);
});
