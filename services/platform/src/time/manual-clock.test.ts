import { describe, expect, it } from "vitest";
import { ManualClock } from "./index.js";

describe("ManualClock", () => {
  it("fires timers in the order of their times, equal times as they were set, each at its own time", async () => {
    const clock = new ManualClock(1_000);
    const fired: string[] = [];
    clock.after(20, () => fired.push(`c@${clock.now()}`));
    clock.after(10, () => fired.push(`a@${clock.now()}`));
    clock.after(10, () => fired.push(`b@${clock.now()}`));
    await clock.advance(15);
    expect(fired).toEqual(["a@1010", "b@1010"]);
    await clock.advance(5);
    expect(fired).toEqual(["a@1010", "b@1010", "c@1020"]);
  });

  it("lets woken code run before the next timer, and fires what that code sets", async () => {
    const clock = new ManualClock(0);
    const seen: string[] = [];
    const sleeper = async () => {
      await clock.sleep(10);
      for (let hop = 0; hop < 50; hop += 1) await Promise.resolve();
      seen.push(`woken@${clock.now()}`);
      await clock.sleep(5);
      seen.push(`again@${clock.now()}`);
    };
    void sleeper();
    clock.after(12, () => seen.push(`timer@${clock.now()}`));
    await clock.advance(100);
    expect(seen).toEqual(["woken@10", "timer@12", "again@15"]);
    expect(clock.monotonic()).toBe(100);
  });

  it("repeats an interval without drift until it is cancelled, also from inside", async () => {
    const clock = new ManualClock(0);
    const at: number[] = [];
    const timer = clock.every(10, () => {
      at.push(clock.now());
      if (at.length === 3) timer.cancel();
    });
    await clock.advance(95);
    expect(at).toEqual([10, 20, 30]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("does not fire a cancelled timer, and cancelling twice or late is harmless", async () => {
    const clock = new ManualClock();
    const fired: string[] = [];
    const cancelled = clock.after(5, () => fired.push("cancelled"));
    const late = clock.after(6, () => fired.push("late"));
    cancelled.cancel();
    cancelled.cancel();
    await clock.advance(10);
    late.cancel();
    expect(fired).toEqual(["late"]);
  });

  it("jumps the wall clock without moving durations or timers", async () => {
    const clock = new ManualClock(1_000_000);
    const fired: number[] = [];
    clock.after(10, () => fired.push(clock.monotonic()));
    clock.set(400_000);
    expect([clock.now(), clock.monotonic(), fired]).toEqual([400_000, 0, []]);
    await clock.advance(10);
    expect([clock.now(), fired]).toEqual([400_010, [10]]);
  });

  it("rejects a sleep with the reason of its signal and leaves no timer behind", async () => {
    const clock = new ManualClock();
    const abort = new AbortController();
    const sleeping = clock.sleep(1_000, abort.signal);
    const reason = new Error("stopping");
    abort.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(clock.sleep(1, abort.signal)).rejects.toBe(reason);
    expect(clock.pendingTimers).toBe(0);
  });
});
