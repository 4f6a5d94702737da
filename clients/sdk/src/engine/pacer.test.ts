import { expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.js";
import { Pacer } from "./pacer.js";

it("lets a burst through at once and the rest in order, no faster than allowed", async () => {
  const clock = new ManualClock();
  const pacer = new Pacer(clock);
  pacer.set({ perSecond: 20, burst: 40 });
  const out: number[] = [];
  for (let n = 0; n < 100; n += 1) pacer.run(() => out.push(n));
  expect(out).toHaveLength(36);
  await clock.advance(1_000);
  expect(out.length).toBeGreaterThanOrEqual(53);
  expect(out.length).toBeLessThanOrEqual(54);
  await clock.advance(10_000);
  expect(out).toEqual(Array.from({ length: 100 }, (_, n) => n));
  expect(clock.pendingTimers).toBe(0);
});

it("refuses when too much waits, and forgets everything when stopped", async () => {
  const clock = new ManualClock();
  const pacer = new Pacer(clock);
  const out: number[] = [];
  const taken = Array.from({ length: 3_000 }, (_, n) => pacer.run(() => out.push(n)));
  expect(taken.filter((was) => !was).length).toBeGreaterThan(900);
  pacer.stop();
  const before = out.length;
  await clock.advance(60_000);
  expect(out).toHaveLength(before);
});
