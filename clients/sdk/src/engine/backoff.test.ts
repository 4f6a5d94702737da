import { describe, expect, it } from "vitest";
import { Backoff } from "./backoff.js";

const lost = { code: 1006, retryAfterMs: 0 };
const most = () => new Backoff({ next: () => 0.999_999 });

describe("Backoff", () => {
  it("waits a random time up to a bound that doubles to 60 s", () => {
    const backoff = most();
    const bounds = Array.from({ length: 9 }, () => Math.round(backoff.next(lost) / 1_000));
    expect(bounds).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it("R4 spreads waits evenly, down to none", () => {
    const waits = Array.from({ length: 1_000 }, (_, at) => new Backoff({ next: () => at / 1_000 }).next(lost));
    expect(Math.min(...waits)).toBe(0);
    expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeCloseTo(499.5, 0);
  });

  it.each([4000, 1012])("spreads the first wait after %i over 5 s, for all were closed at once", (code) => {
    const backoff = most();
    expect(Math.round(backoff.next({ code, retryAfterMs: 0 }))).toBe(4_999);
    expect(Math.round(backoff.next({ code, retryAfterMs: 0 }))).toBe(1_999);
  });

  it("R3 waits what the server asks for, and up to as long again", () => {
    const waits = [0, 0.999_999].map((next) => new Backoff({ next: () => next }).next({ code: 4000, retryAfterMs: 8_000 }));
    expect(waits).toEqual([8_000, 15_999]);
  });

  it("begins small again after a connection that proved itself", () => {
    const backoff = most();
    backoff.next(lost);
    backoff.next(lost);
    backoff.reset();
    expect(backoff.next(lost)).toBe(999);
  });
});
