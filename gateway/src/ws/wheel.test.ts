import { ManualClock } from "@parlance/platform/time";
import { expect, test } from "vitest";
import { Wheel, type OnWheel } from "./wheel.js";

function started(): { readonly clock: ManualClock; readonly wheel: Wheel<OnWheel>; readonly due: OnWheel[] } {
  const clock = new ManualClock();
  const due: OnWheel[] = [];
  const wheel = new Wheel<OnWheel>(clock, (item) => due.push(item));
  wheel.start();
  return { clock, wheel, due };
}

test("an item is due after its time, never before and at most half a second late", async () => {
  const { clock, wheel, due } = started();
  for (const ms of [0, 1, 250, 999, 30_000]) {
    due.length = 0;
    await clock.advance(77);
    wheel.arm({ wheelSlot: 0 }, ms);
    await clock.advance(ms === 0 ? 0 : ms - 1);
    expect(due.length).toBe(0);
    await clock.advance(501);
    expect(due.length).toBe(1);
  }
});

test("arming again takes the place of the earlier deadline, cancelling ends it", async () => {
  const { clock, wheel, due } = started();
  const one = { wheelSlot: 0 };
  const two = { wheelSlot: 0 };
  wheel.arm(one, 1_000);
  wheel.arm(two, 1_000);
  await clock.advance(900);
  wheel.arm(one, 1_000);
  wheel.cancel(two);
  wheel.cancel(two);
  await clock.advance(900);
  expect(due).toEqual([]);
  await clock.advance(1_000);
  expect(due).toEqual([one]);
  expect(one.wheelSlot).toBe(0);
});

test("ten thousand items cost one timer", () => {
  const { clock, wheel } = started();
  for (let count = 0; count < 10_000; count += 1) wheel.arm({ wheelSlot: 0 }, count);
  expect(clock.pendingTimers).toBe(1);
  wheel.stop();
  expect(clock.pendingTimers).toBe(0);
});
