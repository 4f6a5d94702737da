import type { Clock } from "@parlance/platform/time";

/** The server collects its garbage on this signal; collect-hook.ts, which the server loads first, listens for it. */
export const COLLECT_SIGNAL = "SIGUSR2";

const COLLECTIONS = 3;
const COLLECTION_MS = 1_000;

/** Several times: memory that one collection frees is given back by the next. */
export async function collectGarbage(pid: number, clock: Pick<Clock, "sleep">): Promise<void> {
  for (let count = 0; count < COLLECTIONS; count += 1) {
    process.kill(pid, COLLECT_SIGNAL);
    await clock.sleep(COLLECTION_MS);
  }
}
