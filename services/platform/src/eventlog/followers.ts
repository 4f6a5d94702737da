import { fail } from "../errors/index.js";
import { BoundedQueue } from "../limits/index.js";
import type { Log } from "../log/index.js";
import type { LogRecord, Subscription, Topic } from "./port.js";
import { QUEUE_BYTES_MAX, weightOf } from "./weight.js";

type Follower = { readonly topics: ReadonlySet<Topic>; readonly onBatch: (records: readonly LogRecord[]) => void };

/**
 * Hands every batch to every follower within the call that brings it. A batch that a follower appends meanwhile
 * waits until the one in hand is with everybody, so that all see one order; what waits is bounded (Q5).
 */
export class Followers {
  readonly waiting: BoundedQueue<readonly LogRecord[]>;
  readonly #followers = new Set<Follower>();
  readonly #log: Log;
  #delivering = false;

  constructor(log: Log, bytesMax: number = QUEUE_BYTES_MAX) {
    this.#log = log;
    this.waiting = new BoundedQueue({ name: "eventlog.followers", itemsMax: 10_000, bytesMax });
  }

  get idle(): boolean {
    return !this.#delivering;
  }

  add(topics: readonly Topic[], onBatch: Follower["onBatch"]): Subscription {
    const follower = { topics: new Set(topics), onBatch };
    this.#followers.add(follower);
    return {
      close: async () => {
        this.#followers.delete(follower);
      },
    };
  }

  /** Throws when records of `events` would have to wait and find no room. */
  assertRoom(records: readonly LogRecord[]): void {
    if (!this.#delivering || this.waiting.bytes + weightOf(records) <= this.waiting.bytesMax) return;
    if (records.every((record) => record.topic === "live")) return;
    throw fail("ERR_TOO_MANY_REQUESTS", "the event log's followers are behind", { retryAfterMs: 100 });
  }

  /** Live records that find no room are dropped and counted as refused, as P24 allows. */
  deliver(records: readonly LogRecord[]): void {
    if (this.#followers.size === 0 || records.length === 0) return;
    if (this.#delivering) {
      this.waiting.push(records, weightOf(records));
      return;
    }
    this.#delivering = true;
    this.#hand(records);
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) this.#hand(next);
    this.#delivering = false;
  }

  #hand(records: readonly LogRecord[]): void {
    const topic = oneTopicOf(records);
    for (const follower of this.#followers) {
      const wanted = topic === undefined
        ? records.filter((record) => follower.topics.has(record.topic))
        : follower.topics.has(topic) ? records : [];
      if (wanted.length === 0) continue;
      try {
        follower.onBatch(wanted);
      } catch (error) {
        this.#log.error({ error, records: wanted.length }, "a follower of the event log threw");
      }
    }
  }
}

/** The topic all records have, the usual case; undefined when they are mixed. */
function oneTopicOf(records: readonly LogRecord[]): Topic | undefined {
  const topic = records[0]?.topic;
  for (const record of records) if (record.topic !== topic) return undefined;
  return topic;
}
