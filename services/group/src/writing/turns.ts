import { fail } from "@parlance/platform/errors";
import type { Guid } from "@parlance/platform/ids";
import type { CallContext } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";
import type { Lanes } from "./lanes.js";

// Whoever loses a race lost it to a change that happened, so that of all together some always get on.
const ATTEMPTS_MAX = 20;

/** Undefined: another process was faster, and it is to be tried again on what there is now. */
export type Attempt<T> = () => Promise<{ readonly done: T } | undefined>;

/** A call's turn at a group. */
export class Turns {
  readonly #lanes: Lanes;
  readonly #clock: Pick<Clock, "now">;

  constructor(lanes: Lanes, clock: Pick<Clock, "now">) {
    this.#lanes = lanes;
    this.#clock = clock;
  }

  get idle(): boolean {
    return this.#lanes.idle;
  }

  take<T>(context: CallContext, guid: Guid, attempt: Attempt<T>): Promise<T> {
    return this.#lanes.run(`${context.app}/${guid}`, async () => {
      if (this.#clock.now() >= context.deadlineAt) throw fail("ERR_OPERATION_FAILED");
      for (let left = ATTEMPTS_MAX; left > 0; left -= 1) {
        const result = await attempt();
        if (result !== undefined) return result.done;
      }
      throw fail("ERR_OPERATION_FAILED");
    });
  }
}
