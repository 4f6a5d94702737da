import { seededRandom } from "@parlance/platform/random";
import { describe, expect, test } from "vitest";
import { TraceParents } from "./trace.js";

const GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const BEGUN = /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/;

describe("a trace", () => {
  test("is the caller's when it is one", () => {
    expect(new TraceParents(seededRandom(1)).of(GIVEN)).toBe(GIVEN);
  });

  test("begins here, not sampled, when the caller brings none or none that can be read", () => {
    const traces = new TraceParents(seededRandom(1));
    const unreadable = [
      undefined, "", "1", GIVEN.toUpperCase(), `ff${GIVEN.slice(2)}`, `${GIVEN}-more`, `${GIVEN}\n`, GIVEN.slice(0, -1),
      `00-${"0".repeat(32)}-00f067aa0ba902b7-01`, `00-4bf92f3577b34da6a3ce929d0e0e4736-${"0".repeat(16)}-01`,
    ];
    for (const given of unreadable) expect(traces.of(given)).toMatch(BEGUN);
  });

  test("has ids of its own, also where the pool of chance is drawn anew, and never only zeros", () => {
    const traces = new TraceParents(seededRandom(1));
    expect(new Set(Array.from({ length: 1_000 }, () => traces.of(undefined))).size).toBe(1_000);
    expect(new TraceParents({ bytes: (length) => new Uint8Array(length) }).of(undefined)).toBe(`00-${"0".repeat(31)}1-${"0".repeat(15)}1-00`);
  });
});
