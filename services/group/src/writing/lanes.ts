// One write of a group at a time in this process. Other processes are kept off by the revision in the store; the lane only
// makes conflicts rare, and keeps what messaging is told in order.

import { fail } from "@parlance/platform/errors";
import { BoundedQueue } from "@parlance/platform/limits";

type Job = () => Promise<void>;

export interface LaneBounds {
  readonly waitingPerLaneMax: number;
  readonly waitingMax: number;
}

const BOUNDS: LaneBounds = { waitingPerLaneMax: 1_000, waitingMax: 10_000 };

export class Lanes {
  readonly #lanes = new Map<string, BoundedQueue<Job>>();
  readonly #bounds: LaneBounds;
  #waiting = 0;

  constructor(bounds: LaneBounds = BOUNDS) {
    this.#bounds = bounds;
  }

  /** Runs when all that came before in the lane has ended. Throws ERR_TOO_MANY_REQUESTS when too many wait. */
  run<T>(lane: string, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#take(lane, () => work().then(resolve, reject));
    });
  }

  /** True when nothing runs. */
  get idle(): boolean {
    return this.#lanes.size === 0;
  }

  #take(lane: string, job: Job): void {
    const queue = this.#lanes.get(lane);
    if (queue === undefined) {
      this.#lanes.set(lane, new BoundedQueue({ name: "group_lane", itemsMax: this.#bounds.waitingPerLaneMax }));
      void this.#drain(lane, job);
      return;
    }
    if (this.#waiting >= this.#bounds.waitingMax || !queue.push(job)) {
      throw fail("ERR_TOO_MANY_REQUESTS", undefined, { retryAfterMs: 1_000 });
    }
    this.#waiting += 1;
  }

  async #drain(lane: string, first: Job): Promise<void> {
    const queue = this.#lanes.get(lane)!;
    for (let job: Job | undefined = first; job !== undefined; job = queue.shift()) {
      if (job !== first) this.#waiting -= 1;
      await job();
    }
    this.#lanes.delete(lane);
  }
}
