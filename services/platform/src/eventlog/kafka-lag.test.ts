import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../time/index.js";
import { ReaderLag } from "./kafka-lag.js";

describe("how far a reader is behind (E20)", () => {
  let clock: ManualClock;
  let reader: ReaderLag;

  beforeEach(() => {
    clock = new ManualClock(1_000_000);
    reader = new ReaderLag(clock);
    reader.heard();
    reader.askedAre(new Set(["1", "2"]));
  });

  function answer(node: string, records = 0, newestAtMs = 0): void {
    reader.left(node, `events/${node}`, { records, newestAtMs });
    reader.answered(node);
  }

  it("is nothing while all brokers answer and nothing waits", async () => {
    for (let i = 0; i < 100; i += 1) {
      await clock.advance(500);
      answer("1");
      answer("2");
    }
    await clock.advance(900);
    expect(reader.lag).toEqual({ records: 0, ms: 0 });
  });

  it("grows from the last answer of the broker that is silent, whatever the others say", async () => {
    for (let i = 0; i < 10; i += 1) {
      await clock.advance(1_000);
      answer("1");
    }
    expect(reader.lag.ms).toBe(10_000);
    expect(reader.silentMs).toBe(0);
    answer("2");
    expect(reader.lag.ms).toBe(0);
  });

  it("goes on growing when another broker leads, until that one answers", async () => {
    await clock.advance(5_000);
    answer("1");
    reader.askedAre(new Set(["1", "3"]));
    expect(reader.lag.ms).toBe(5_000);
    answer("3");
    expect(reader.lag.ms).toBe(0);
  });

  it("is the age of the newest record read where more wait", async () => {
    await clock.advance(60_000);
    answer("2");
    answer("1", 40, clock.now() - 7_000);
    expect(reader.lag).toEqual({ records: 40, ms: 7_000 });
    answer("1");
    expect(reader.lag).toEqual({ records: 0, ms: 0 });
  });

  it("is at most the time since nothing waited, though another machine's clock is wrong", async () => {
    await clock.advance(300);
    answer("2");
    answer("1", 3, clock.now() - 3_600_000);
    expect(reader.lag.ms).toBe(300);
    answer("1", 3, clock.now() + 3_600_000);
    expect(reader.lag.ms).toBe(0);
  });
});
