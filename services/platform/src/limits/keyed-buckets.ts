import type { Clock } from "../time/index.js";
import { LruMap } from "./lru-map.js";
import { TokenBucket, type Rate } from "./token-bucket.js";

export interface KeyedBucketsOptions extends Rate {
  /** Beyond it the key not seen for longest starts anew when it comes back. */
  readonly keysMax: number;
}

/** One bucket per key: per user, address, app. */
export class KeyedBuckets {
  readonly #buckets: LruMap<string, TokenBucket>;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #rate: Rate;

  constructor({ keysMax, ...rate }: KeyedBucketsOptions, clock: Pick<Clock, "monotonic">) {
    this.#buckets = new LruMap(keysMax);
    this.#rate = rate;
    this.#clock = clock;
  }

  take(key: string, count = 1): boolean {
    return this.#bucket(key).take(count);
  }

  retryAfterMs(key: string, count = 1): number {
    return this.#bucket(key).retryAfterMs(count);
  }

  remaining(key: string): number {
    return this.#bucket(key).remaining;
  }

  #bucket(key: string): TokenBucket {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#rate, this.#clock);
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }
}
