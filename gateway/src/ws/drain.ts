import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import { CloseCode } from "./close-codes.js";
import type { Closer } from "./closer.js";
import type { Session } from "./session.js";
import type { Sessions } from "./sessions.js";

const SLICE_EVERY_MS = 100;
/** Few sockets need not take the whole time: other gateways take 100 a second with ease. */
const SLICE_SOCKETS_MIN = 10;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 30_000;
/** A socket whose turn has come keeps the calls it waits for so long. */
const LAST_ANSWERS_MS = 5_000;
const LAST_WORDS_MS = 2_500;

export interface DrainParts {
  readonly sessions: Sessions;
  readonly closer: Closer;
  readonly clock: Clock;
  readonly random: Random;
  readonly drainMs: number;
}

/**
 * Sends all sockets away (CP4, R6): in slices, each socket with its own time to come back, so that they do not return as one
 * wave (R3). Nothing is lost by it: what was to be sent goes out before goodbye, calls that run are answered first, and goodbye
 * tells the place from which the client goes on.
 */
export async function drain(parts: DrainParts): Promise<void> {
  const waiting = [...parts.sessions.all()];
  const slices = Math.max(1, Math.floor(parts.drainMs / SLICE_EVERY_MS));
  const sliceSockets = Math.max(SLICE_SOCKETS_MIN, Math.ceil(waiting.length / slices));
  let busy = new Map<Session, number>();
  while (waiting.length > 0 || busy.size > 0) {
    const now = parts.clock.monotonic();
    for (const session of waiting.splice(0, sliceSockets)) busy.set(session, now + LAST_ANSWERS_MS);
    busy = new Map([...busy].filter(([session, untilMs]) => !sentAway(parts, session, untilMs)));
    if (waiting.length > 0 || busy.size > 0) await parts.clock.sleep(SLICE_EVERY_MS);
  }
  await lastWords(parts);
}

function sentAway({ closer, clock, random, drainMs }: DrainParts, session: Session, untilMs: number): boolean {
  if (session.is("ready") && session.callsInFlight > 0 && clock.monotonic() < untilMs) return false;
  const spreadMs = Math.min(RETRY_MAX_MS, Math.max(2 * RETRY_MIN_MS, drainMs / 2)) - RETRY_MIN_MS;
  const retryAfterMs = Math.ceil(RETRY_MIN_MS + random.fullJitter(spreadMs));
  closer.close(session, CloseCode.DRAINING, "the gateway is stopping", { retryAfterMs });
  return true;
}

async function lastWords({ sessions, clock }: DrainParts): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = clock.after(LAST_WORDS_MS, resolve);
    sessions.whenEmpty(() => {
      timer.cancel();
      resolve();
    });
  });
}
