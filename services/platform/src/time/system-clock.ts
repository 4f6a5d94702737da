import { performance } from "node:perf_hooks";
import type { Clock, Timer } from "./clock.js";
import { sleepOn } from "./sleep.js";

// Node fires a longer timeout at once instead of refusing it.
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

function after(ms: number, fn: () => void): Timer {
  let handle: NodeJS.Timeout;
  const arm = (leftMs: number) => {
    const step = Math.min(leftMs, LONGEST_TIMEOUT_MS);
    handle = setTimeout(() => (leftMs > step ? arm(leftMs - step) : fn()), Math.max(0, step));
    handle.unref();
  };
  arm(ms);
  return { cancel: () => clearTimeout(handle) };
}

function every(ms: number, fn: () => void): Timer {
  if (!(ms > 0 && ms <= LONGEST_TIMEOUT_MS)) throw new RangeError(`an interval of ${ms} ms is not possible`);
  const handle = setInterval(fn, ms);
  handle.unref();
  return { cancel: () => clearInterval(handle) };
}

/** Keeps the process alive until cancelled, although nothing else may: for a main that waits for its dependencies. */
export function holdProcess(): Timer {
  const handle = setInterval(() => undefined, LONGEST_TIMEOUT_MS);
  return { cancel: () => clearInterval(handle) };
}

/** The machine's clock. Its timers are unref'd: sockets and servers keep a process alive, timers do not. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after,
    every,
    sleep: (ms, signal) => sleepOn({ after }, ms, signal),
  };
}
