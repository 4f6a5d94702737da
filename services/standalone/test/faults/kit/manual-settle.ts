import type { ManualClock } from "@parlance/platform/time";

/** Lets time pass, little by little, while something goes on that waits for it. */
export async function whileTimePasses<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.finally(() => (isDone = true));
  // Its failure is passed on below; until then it is not unhandled.
  done.catch(() => undefined);
  while (!isDone) await clock.advance(STEP_MS);
  return done;
}

const STEP_MS = 5;
