import type { Random } from "../random/index.js";
import type { EventLog, LogRecord } from "./port.js";

const WINDOW = 20;

/**
 * F8: followers get records in an order that is shuffled within a window, across channels and within them. The
 * window holds records back until it is full or somebody asks caughtUp(), so that settle() ends with nothing held.
 * Records of one append call are shuffled before they are stored, so groups see another order too.
 */
export function shufflingLog<E>(inner: EventLog<E>, random: Random, window: number = WINDOW): EventLog<E> {
  const flushes = new Set<() => void>();
  return {
    name: inner.name,
    start: () => inner.start(),
    stop: () => inner.stop(),
    append: (records) => inner.append(shuffled(records, random, window)),
    follow: (topics, onBatch, options) => {
      const held: LogRecord[] = [];
      const release = (keep: number): void => {
        const out: LogRecord[] = [];
        while (held.length > keep) out.push(...held.splice(random.int(held.length), 1));
        if (out.length > 0) onBatch(out);
      };
      const flush = (): void => release(0);
      flushes.add(flush);
      const subscription = inner.follow(topics, (records) => {
        for (const record of records) {
          held.push(record);
          release(window - 1);
        }
      }, options);
      return {
        ...subscription,
        close: () => {
          flushes.delete(flush);
          return subscription.close();
        },
      };
    },
    consume: (group, topic, handlers) => inner.consume(group, topic, handlers),
    caughtUp: () => {
      for (const flush of flushes) flush();
      return inner.caughtUp();
    },
    lag: (group) => inner.lag(group),
  };
}

function shuffled(records: readonly LogRecord[], random: Random, window: number): readonly LogRecord[] {
  const out: LogRecord[] = [];
  for (let start = 0; start < records.length; start += window) {
    const part = records.slice(start, start + window);
    while (part.length > 0) out.push(...part.splice(random.int(part.length), 1));
  }
  return out;
}
