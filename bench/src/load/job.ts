import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import type { Measured } from "../stats/measured.js";
import { runGroup, type GroupJob } from "./group.js";
import { runIdle, type IdleJob } from "./idle.js";
import { runPairs, type PairsJob } from "./pairs.js";
import { runReconnect, type ReconnectJob } from "./reconnect.js";

/** What a generator process is told to do; it crosses to the process as plain data. */
export type Job = GroupJob | IdleJob | PairsJob | ReconnectJob;

export function run(job: Job, clock: Clock, random: Random): Promise<Measured> {
  switch (job.kind) {
    case "group": return runGroup(job, clock);
    case "idle": return runIdle(job, clock);
    case "pairs": return runPairs(job, clock);
    case "reconnect": return runReconnect(job, clock, random);
  }
}
