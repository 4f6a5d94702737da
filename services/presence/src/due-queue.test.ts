import { ManualClock } from "@parlance/platform/time";
import { expect, it } from "vitest";
import { DueQueue } from "./due-queue.js";

it("hands out each entry when it is due, with one timer for all", async () => {
  const clock = new ManualClock();
  const due: string[] = [];
  const queue = new DueQueue<string, number>(clock, 100, (key, value) => due.push(`${key}${value}@${clock.monotonic()}`));
  queue.put("a", 1);
  await clock.advance(30);
  queue.put("b", 2);
  queue.put("c", 3);
  queue.delete("c");
  await clock.advance(30);
  queue.put("a", 4);
  expect([clock.pendingTimers, queue.get("a"), queue.size]).toEqual([1, 4, 2]);
  await clock.advance(1_000);
  expect(due).toEqual(["b2@130", "a4@160"]);
  expect(clock.pendingTimers).toBe(0);
});
