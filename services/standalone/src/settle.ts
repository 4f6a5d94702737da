import type { EventLog } from "@parlance/platform/eventlog";
import type { Clock } from "@parlance/platform/time";

export interface Settling {
  readonly eventLog: Pick<EventLog, "caughtUp">;
  readonly services: readonly { caughtUp(): Promise<boolean> }[];
  readonly idle: () => boolean;
}

const LOOK_AGAIN_MS = 2;
// One look may fall between a commit and its publication; two in a row with nothing to do may not.
const QUIET_LOOKS = 2;

/** Waits until nothing is under way: for tests, instead of sleeping. */
export async function settle(settling: Settling, clock: Pick<Clock, "sleep">): Promise<void> {
  for (let quiet = 0; quiet < QUIET_LOOKS;) {
    quiet = (await isQuiet(settling)) ? quiet + 1 : 0;
    await clock.sleep(LOOK_AGAIN_MS);
  }
}

async function isQuiet({ eventLog, services, idle }: Settling): Promise<boolean> {
  if (!idle() || !(await eventLog.caughtUp())) return false;
  for (const service of services) if (!(await service.caughtUp())) return false;
  return true;
}
