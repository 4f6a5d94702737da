import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import { CloseCode } from "./close-codes.js";
import type { Closer } from "./closer.js";
import type { Sessions } from "./sessions.js";

const SLICE_SOCKETS_MIN = 100;
const SLICE_EVERY_MS = 100;
const RETRY_SPREAD_MS = 5_000;
const LAST_WORDS_MS = 2_500;

export interface DrainParts {
  readonly sessions: Sessions;
  readonly closer: Closer;
  readonly clock: Clock;
  readonly random: Random;
  readonly drainMs: number;
}

/** Sends all sockets away, in slices, each with its own time to come back, so that they do not return as one wave (R3, R6). */
export async function drain({ sessions, closer, clock, random, drainMs }: DrainParts): Promise<void> {
  const waiting = [...sessions.all()];
  const slices = Math.max(1, Math.floor(drainMs / SLICE_EVERY_MS));
  const sliceSockets = Math.max(SLICE_SOCKETS_MIN, Math.ceil(waiting.length / slices));
  for (let from = 0; from < waiting.length; from += sliceSockets) {
    if (from > 0) await clock.sleep(SLICE_EVERY_MS);
    for (const session of waiting.slice(from, from + sliceSockets)) {
      closer.close(session, CloseCode.DRAINING, "the gateway is stopping", { retryAfterMs: 1 + random.fullJitter(RETRY_SPREAD_MS) });
    }
  }
  await new Promise<void>((resolve) => {
    const timer = clock.after(LAST_WORDS_MS, resolve);
    sessions.whenEmpty(() => {
      timer.cancel();
      resolve();
    });
  });
}
