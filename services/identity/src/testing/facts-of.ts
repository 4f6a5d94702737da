import type { OutboxStore } from "@parlance/platform/eventlog";
import type { StoreBench } from "./store-bench.js";

/** Takes what waits in an outbox. */
export function factsOf(outbox: OutboxStore): StoreBench["facts"] {
  return async () => {
    const entries = await outbox.pending(1_000);
    await outbox.published(entries.map(({ id }) => id));
    return entries.map(({ record }) => record);
  };
}
