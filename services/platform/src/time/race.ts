import type { Clock } from "./clock.js";

/** What `within` answers when the time was up first. */
export const TIMED_OUT: unique symbol = Symbol("timed out");

/** Waits for `work` at most `ms`; the work itself is not stopped, and a failure after the time is up is ignored. */
export function within<T>(
  clock: Pick<Clock, "after">,
  ms: number,
  work: Promise<T>,
): Promise<T | typeof TIMED_OUT> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => resolve(TIMED_OUT));
    work.then(
      (value) => {
        timer.cancel();
        resolve(value);
      },
      (error: unknown) => {
        timer.cancel();
        reject(error);
      },
    );
  });
}
