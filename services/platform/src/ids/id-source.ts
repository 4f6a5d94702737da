// A message id is 53 bits, so that it is exact as a JavaScript number:
//
//   41 bits milliseconds since 2020-01-01 | 4 bits node | 8 bits counter
//
// Ids of one source only grow. A clock that goes back does not take them back: the source stays at its last
// millisecond and counts on; a millisecond with more than 256 ids borrows from the next.

import type { Clock } from "../time/index.js";

const EPOCH_MS = Date.UTC(2020, 0, 1);
const NODES = 16;
const IDS_PER_MS = 256;
const MS_STEP = NODES * IDS_PER_MS;
const MS_MAX = 2 ** 41 - 1;

/** Time-ordered numeric ids; sources with different nodes never give the same one. */
export class IdSource {
  readonly #clock: Pick<Clock, "now">;
  readonly #node: number;
  #ms = -1;
  #counter = 0;

  constructor(clock: Pick<Clock, "now">, node: number) {
    if (!Number.isInteger(node) || node < 0 || node >= NODES) throw new RangeError(`node ${node} is not in 0..15`);
    this.#clock = clock;
    this.#node = node;
  }

  /** The next id, in any case greater than `above`: the newest of another source whose clock may be ahead. */
  next(above = 0): number {
    const ms = Math.max(0, Math.floor(this.#clock.now()) - EPOCH_MS);
    if (ms > this.#ms) {
      this.#ms = ms;
      this.#counter = 0;
    } else if (this.#counter < IDS_PER_MS - 1) {
      this.#counter += 1;
    } else {
      this.#ms += 1;
      this.#counter = 0;
    }
    if (this.#at() <= above) {
      this.#ms = Math.floor(above / MS_STEP) + 1;
      this.#counter = 0;
    }
    if (this.#ms > MS_MAX) throw new RangeError("the clock is beyond the last id");
    return this.#at();
  }

  #at(): number {
    return this.#ms * MS_STEP + this.#node * IDS_PER_MS + this.#counter;
  }
}

/** Unix milliseconds at which an id was made, give or take what the source had borrowed. */
export function timeOfId(id: number): number {
  return EPOCH_MS + Math.floor(id / MS_STEP);
}
