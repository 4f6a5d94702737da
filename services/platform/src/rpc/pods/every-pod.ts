// A call that must hold at every pod before it is answered (reliability.md W24): the effect is in the store already, and
// every pod that may have cached what was before must hear of it. A pod that cannot be told fails the call.

import { ErrorCode, fail, type AppError } from "../../errors/index.js";
import type { Random } from "../../random/index.js";
import type { Clock } from "../../time/index.js";
import { withinRest } from "../context.js";
import { mayPass } from "../repeats.js";
import type { PodCall } from "./failover.js";
import type { Pod, PodSet } from "./pod-set.js";

export interface EveryPodOptions {
  readonly pods: PodSet;
  readonly clock: Clock;
  readonly random: Random;
  /** Nothing listens there: no process, and so no cache. */
  readonly refuses: (address: string) => Promise<boolean>;
  readonly isClosed: () => boolean;
}

const LONGEST_WAIT_MS = 200;

/** Tells all listed pods but the one that has answered. Rejects with ERR_OPERATION_FAILED when one of them was not told. */
export async function tellOthers(call: PodCall, options: EveryPodOptions): Promise<void> {
  const others = options.pods.all.filter((pod) => pod !== call.pod);
  await Promise.all(others.map((pod) => tell(pod, call, options)));
}

async function tell(pod: Pod, call: PodCall, options: EveryPodOptions): Promise<void> {
  const { clock, random, isClosed } = options;
  for (;;) {
    // Asked afresh each time: what an attempt learned before the effect was stored proves nothing, since a process may
    // have started, and read, in between.
    if (!pod.isLive && await options.refuses(pod.address)) return;
    const error = await failureOf(pod, call, options);
    if (error === undefined) return;
    const waitMs = random.fullJitter(LONGEST_WAIT_MS);
    if (!mayChange(error) || isClosed() || clock.now() + waitMs >= call.deadlineAt) throw notTold(error);
    await clock.sleep(waitMs);
  }
}

async function failureOf(pod: Pod, call: PodCall, { clock }: EveryPodOptions): Promise<unknown> {
  const leftMs = call.deadlineAt - clock.now();
  if (leftMs <= 0) return fail("ERR_MISSION_FAILED", "The deadline passed.");
  return pod.call(call.method, call.request, withinRest(call.context, call.deadlineAt, clock.now()))
    .then(() => undefined, (error: unknown) => error);
}

function mayChange(error: unknown): boolean {
  return mayPass(error) || (error as Partial<AppError>).code === ErrorCode.ERR_TOO_MANY_REQUESTS;
}

function notTold(cause: unknown): AppError {
  return fail("ERR_OPERATION_FAILED", "A pod could not be told.", { cause });
}
