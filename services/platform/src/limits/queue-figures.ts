import type { Gauge, Metrics } from "../metrics/index.js";
import type { BoundedQueue } from "./bounded-queue.js";

type Read = (queue: BoundedQueue<unknown>) => number;

const FIGURES: readonly { readonly name: string; readonly help: string; readonly of: Read }[] = [
  { name: "parlance_queue_items", help: "Items that wait", of: (queue) => queue.depth },
  { name: "parlance_queue_bytes", help: "Bytes that wait", of: (queue) => queue.bytes },
  { name: "parlance_queue_oldest_age_ms", help: "Age of the oldest item", of: (queue) => queue.oldestAgeMs },
  { name: "parlance_queue_refusals", help: "Pushes refused since the start", of: (queue) => queue.refusals },
];

/** Shows a queue of the process's lifetime in its metrics. Not for queues per socket: their names would collide. */
export function exportQueue(metrics: Metrics, queue: BoundedQueue<unknown>): void {
  for (const { name, help, of } of FIGURES) {
    metrics.gauge({
      name,
      help,
      labels: ["queue"],
      collect: (gauge: Gauge) => gauge.set(of(queue), { queue: queue.name }),
    });
  }
}
