// What becomes of a call that failed (pod-channel.ts tells the rules).

import type { Random } from "../../random/index.js";
import type { Clock } from "../../time/index.js";
import { whenCancelled, withinRest, type OutgoingContext } from "../context.js";
import { LostCall } from "../lost-call.js";
import { mayPass } from "../repeats.js";
import type { PodFigures } from "./figures.js";
import type { Pod, PodSet } from "./pod-set.js";

/** One call on its way through the pods. */
export interface PodCall {
  readonly method: string;
  readonly request: Uint8Array;
  readonly context: OutgoingContext;
  readonly key: number | undefined;
  /** Unix ms. */
  readonly deadlineAt: number;
  /** The pod asked last: the one that answered, once there is an answer. */
  pod: Pod;
}

export interface FailoverOptions {
  readonly pods: PodSet;
  readonly clock: Clock;
  readonly random: Random;
  readonly figures: PodFigures;
  readonly mayRepeat: (call: PodCall) => boolean;
  readonly isClosed: () => boolean;
}

const ATTEMPTS_MAX = 3;
const FIRST_WAIT_MS = 50;
/** Retries for each call made (Q22). */
const BUDGET_SHARE = 0.1;
const BUDGET_MAX = 10;

/** How often this call has been made. */
interface Progress {
  attempt: number;
  /** The second pod of this attempt has been asked. */
  moved: boolean;
  cancelled: boolean;
}

export class Failover {
  readonly #options: FailoverOptions;
  #budget = BUDGET_MAX;

  constructor(options: FailoverOptions) {
    this.#options = options;
  }

  /** A call was made. */
  earn(): void {
    this.#budget = Math.min(BUDGET_MAX, this.#budget + BUDGET_SHARE);
  }

  /** Makes the call again where and as often as it may be made; rejects with the last error. */
  async recover(call: PodCall, first: unknown): Promise<Uint8Array> {
    const { pods, clock } = this.#options;
    const progress: Progress = { attempt: 1, moved: false, cancelled: false };
    const stopListening = whenCancelled(call.context, () => {
      progress.cancelled = true;
    });
    let error = first;
    try {
      while (await this.#goesOn(call, error, progress)) {
        const next = pods.choose(call.key, call.pod);
        if (next === undefined) break;
        call.pod = next;
        try {
          return await next.call(call.method, call.request, withinRest(call.context, call.deadlineAt, clock.now()));
        } catch (thrown) {
          error = thrown;
        }
      }
    } finally {
      stopListening();
    }
    throw error;
  }

  /** Whether one more pod is asked, once there was a wait where one is due. */
  async #goesOn(call: PodCall, error: unknown, progress: Progress): Promise<boolean> {
    const undone = error instanceof LostCall && error.undone;
    if (!undone && !(mayPass(error) && this.#options.mayRepeat(call))) return false;
    if (this.#isOver(call, progress)) return false;
    if (error instanceof LostCall && !progress.moved && (undone || call.pod.failovers.take())) {
      progress.moved = true;
      this.#options.figures.failover();
      return true;
    }
    if (!await this.#waited(call, error, progress)) return false;
    progress.moved = false;
    this.#options.figures.retry();
    return !this.#isOver(call, progress);
  }

  async #waited(call: PodCall, error: unknown, progress: Progress): Promise<boolean> {
    const { clock, random } = this.#options;
    const asked = mayPass(error) ? error.retryAfterMs ?? 0 : 0;
    const waitMs = Math.max(asked, random.fullJitter(FIRST_WAIT_MS * 2 ** (progress.attempt - 1)));
    if (progress.attempt === ATTEMPTS_MAX || this.#budget < 1 || clock.now() + waitMs >= call.deadlineAt) return false;
    this.#budget -= 1;
    progress.attempt += 1;
    await clock.sleep(waitMs);
    return true;
  }

  #isOver(call: PodCall, progress: Progress): boolean {
    return progress.cancelled || this.#options.isClosed() || this.#options.clock.now() >= call.deadlineAt;
  }
}
