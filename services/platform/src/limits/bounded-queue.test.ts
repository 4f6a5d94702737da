import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMetrics } from "../metrics/index.js";
import { ManualClock } from "../time/index.js";
import { BoundedQueue, exportQueue } from "./index.js";

describe("BoundedQueue", () => {
  it("refuses loudly when it has its items or its bytes, and takes again once there is room", () => {
    const queue = new BoundedQueue<string>({ name: "q", itemsMax: 2, bytesMax: 10 });
    expect([queue.push("a", 6), queue.push("b", 5), queue.push("c", 4), queue.push("d", 0)]).toEqual([
      true, false, true, false,
    ]);
    expect([queue.depth, queue.bytes, queue.refusals]).toEqual([2, 10, 2]);
    expect(queue.shift()).toBe("a");
    expect(queue.push("b", 5)).toBe(true);
    expect([queue.shift(), queue.shift(), queue.shift()]).toEqual(["c", "b", undefined]);
    expect(queue.bytes).toBe(0);
  });

  it("takes one item that is larger than all its bytes, or it could never pass", () => {
    const queue = new BoundedQueue<string>({ name: "q", itemsMax: 2, bytesMax: 10 });
    expect(queue.push("huge", 50)).toBe(true);
    expect(queue.push("small", 1)).toBe(false);
  });

  it("drains up to both limits, at least one item", () => {
    const queue = new BoundedQueue<number>({ name: "q", itemsMax: 100 });
    for (let item = 0; item < 10; item += 1) queue.push(item, 10);
    expect(queue.drain(3)).toEqual([0, 1, 2]);
    expect(queue.drain(100, 25)).toEqual([3, 4]);
    expect(queue.drain(100, 1)).toEqual([5]);
    expect(queue.drain()).toEqual([6, 7, 8, 9]);
    expect(queue.drain()).toEqual([]);
  });

  it("knows the age of its oldest item", async () => {
    const clock = new ManualClock();
    const queue = new BoundedQueue<string>({ name: "q", itemsMax: 5, clock });
    queue.push("a");
    await clock.advance(30);
    queue.push("b");
    expect(queue.oldestAgeMs).toBe(30);
    queue.shift();
    expect(queue.oldestAgeMs).toBe(0);
  });

  it("behaves as a list with limits, whatever is pushed and taken", () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 0, max: 9 }) }),
      fc.record({ shift: fc.integer({ min: 1, max: 400 }) }),
    );
    fc.assert(fc.property(fc.array(step, { maxLength: 200 }), fc.boolean(), (steps, prefill) => {
      const queue = new BoundedQueue<number>({ name: "q", itemsMax: 1_500, bytesMax: 9_000 });
      const model: number[] = [];
      const push = (bytes: number) => {
        const room = model.length < 1_500 && (model.length === 0 || queue.bytes + bytes <= 9_000);
        expect(queue.push(bytes, bytes)).toBe(room);
        if (room) model.push(bytes);
      };
      if (prefill) for (let item = 0; item < 1_400; item += 1) push(item % 5);
      for (const one of steps) {
        if ("push" in one) push(one.push);
        const taken = Array.from({ length: "shift" in one ? one.shift : 0 }, () => queue.shift());
        expect(taken).toEqual(taken.map(() => model.shift()));
        expect(queue.depth).toBe(model.length);
        expect(queue.bytes).toBe(model.reduce((sum, bytes) => sum + bytes, 0));
        expect(queue.peek()).toBe(model[0]);
      }
    }), { numRuns: 50 });
  });

  it("shows depth, bytes, age and refusals in the metrics", async () => {
    const metrics = createMetrics();
    const queue = new BoundedQueue<string>({ name: "lane", itemsMax: 1 });
    exportQueue(metrics, queue);
    queue.push("a", 7);
    queue.push("b", 1);
    const text = await metrics.text();
    expect(text).toContain('parlance_queue_items{queue="lane"} 1');
    expect(text).toContain('parlance_queue_bytes{queue="lane"} 7');
    expect(text).toContain('parlance_queue_oldest_age_ms{queue="lane"} 0');
    expect(text).toContain('parlance_queue_refusals{queue="lane"} 1');
  });
});
