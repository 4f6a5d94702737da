import { describe, expect, it } from "vitest";
import { OffsetWindow } from "./offset-window.js";

describe("the offset window", () => {
  it("moves only when everything below is finished", () => {
    const window = new OffsetWindow(10);
    for (const offset of [11, 12, 15]) window.add(offset);
    expect(window.finish(15)).toBe(false);
    expect(window.finish(12)).toBe(false);
    expect(window.position).toBe(10);
    expect(window.finish(11)).toBe(true);
    expect(window.position).toBe(15);
    expect(window.size).toBe(0);
  });

  it("ends at the last offset whatever the order in which thousands finish", () => {
    const window = new OffsetWindow(0);
    const offsets = Array.from({ length: 5_000 }, (_, i) => i + 1);
    for (const offset of offsets) window.add(offset);
    for (const offset of offsets.filter((each) => each % 3 !== 0)) window.finish(offset);
    expect(window.position).toBe(2);
    for (const offset of offsets.filter((each) => each % 3 === 0)) window.finish(offset);
    expect(window.position).toBe(5_000);
    expect(window.size).toBe(0);
  });
});
