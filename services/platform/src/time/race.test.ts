import { expect, it } from "vitest";
import { ManualClock, TIMED_OUT, within } from "./index.js";

it("passes on what the work answers in time, value or failure, and cancels the timer", async () => {
  const clock = new ManualClock();
  await expect(within(clock, 10, Promise.resolve("done"))).resolves.toBe("done");
  await expect(within(clock, 10, Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(clock.pendingTimers).toBe(0);
});

it("answers TIMED_OUT for work that takes longer, and a later failure of it goes nowhere", async () => {
  const clock = new ManualClock();
  let breakIt: (error: Error) => void = () => undefined;
  const slow = new Promise<string>((_, reject) => {
    breakIt = reject;
  });
  const outcome = within(clock, 10, slow);
  await clock.advance(10);
  breakIt(new Error("too late"));
  await expect(outcome).resolves.toBe(TIMED_OUT);
});
