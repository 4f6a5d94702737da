import { describe, expect, it } from "vitest";
import { ManualClock } from "../time/index.js";
import { KeyedBuckets, TokenBucket } from "./index.js";

describe("TokenBucket", () => {
  it("lets the burst through, then the rate, and says when to come back", async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket({ ratePerSecond: 10, burst: 2 }, clock);
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, false]);
    expect(bucket.retryAfterMs()).toBe(100);
    await clock.advance(99);
    expect(bucket.take()).toBe(false);
    await clock.advance(1);
    expect([bucket.retryAfterMs(), bucket.take(), bucket.take()]).toEqual([0, true, false]);
  });

  it("never holds more than the burst, however long the rest", async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket({ ratePerSecond: 100, burst: 5 }, clock);
    await clock.advance(3_600_000);
    expect(bucket.remaining).toBe(5);
    expect([bucket.take(5), bucket.take()]).toEqual([true, false]);
  });

  it("is not moved by a jump of the wall clock", () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket({ ratePerSecond: 1, burst: 1 }, clock);
    bucket.take();
    clock.set(clock.now() + 600_000);
    expect(bucket.take()).toBe(false);
  });

  it("changes its rate without giving anything away", async () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket({ ratePerSecond: 1, burst: 10 }, clock);
    bucket.take(8);
    bucket.configure({ ratePerSecond: 100, burst: 50 });
    expect(bucket.remaining).toBe(2);
    await clock.advance(100);
    expect(bucket.remaining).toBe(12);
    bucket.configure({ ratePerSecond: 1, burst: 3 });
    expect(bucket.remaining).toBe(3);
  });
});

describe("KeyedBuckets", () => {
  it("limit each key by itself", () => {
    const buckets = new KeyedBuckets({ ratePerSecond: 1, burst: 1, keysMax: 10 }, new ManualClock());
    expect([buckets.take("alice"), buckets.take("alice"), buckets.take("bob")]).toEqual([true, false, true]);
    expect([buckets.retryAfterMs("alice"), buckets.remaining("carol")]).toEqual([1_000, 1]);
  });

  it("remember a bounded number of keys", () => {
    const buckets = new KeyedBuckets({ ratePerSecond: 1, burst: 1, keysMax: 2 }, new ManualClock());
    for (const key of ["alice", "bob", "carol"]) buckets.take(key);
    expect([buckets.take("carol"), buckets.take("bob"), buckets.take("alice")]).toEqual([false, false, true]);
  });
});
