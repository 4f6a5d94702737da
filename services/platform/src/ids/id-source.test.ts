import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdSource, timeOfId } from "./index.js";

const START_MS = Date.UTC(2026, 5, 1);

function sourceAt(node: number, startMs = START_MS) {
  const clock = { at: startMs, now: () => clock.at };
  return { clock, source: new IdSource(clock, node) };
}

describe("IdSource", () => {
  it("gives growing, JavaScript-safe ids whatever the clock does", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -700_000, max: 700_000 }), { maxLength: 300 }), (jumps) => {
      const { clock, source } = sourceAt(3);
      let before = source.next();
      for (const jump of jumps) {
        clock.at += jump;
        const id = source.next();
        expect(id).toBeGreaterThan(before);
        expect(Number.isSafeInteger(id)).toBe(true);
        before = id;
      }
    }));
  });

  it("borrows from the next milliseconds when one is full, and pays back", () => {
    const { clock, source } = sourceAt(0);
    const ids = Array.from({ length: 1_000 }, () => source.next());
    expect(new Set(ids).size).toBe(1_000);
    expect(timeOfId(ids[0]!)).toBe(START_MS);
    expect(timeOfId(ids[999]!)).toBe(START_MS + 3);
    clock.at += 10;
    expect(timeOfId(source.next())).toBe(START_MS + 10);
  });

  it("never gives the same id on two nodes", () => {
    const ids = Array.from({ length: 16 }, (_, node) => {
      const { source } = sourceAt(node);
      return Array.from({ length: 300 }, () => source.next());
    }).flat();
    expect(new Set(ids).size).toBe(16 * 300);
  });

  it("lasts until 2089 and refuses to go on after that", () => {
    expect(Number.isSafeInteger(sourceAt(15, Date.UTC(2089, 0, 1)).source.next())).toBe(true);
    expect(() => sourceAt(0, Date.UTC(2090, 0, 1)).source.next()).toThrow(RangeError);
  });

  it("refuses a node that does not fit its four bits", () => {
    for (const node of [-1, 16, 1.5, Number.NaN]) expect(() => sourceAt(node)).toThrow(RangeError);
  });
});
