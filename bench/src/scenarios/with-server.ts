import type { Job } from "../load/job.js";
import type { Measured } from "../stats/measured.js";
import { LOAD_CORE } from "../system/pin.js";
import { Preparation } from "../system/preparation.js";
import { startServer, type RunningServer, type ServerOptions } from "../system/server.js";
import { startJob } from "../system/job-process.js";
import { targetOf, type Target } from "../wire/socket.js";
import type { Plan } from "./scenario.js";

export interface Prepared {
  readonly server: RunningServer;
  readonly preparation: Preparation;
  readonly target: Target;
}

/** A fresh server for one round, gone with its data afterwards; a failed round leaves the data to look at. */
export async function withServer<R>(
  plan: Plan, options: Omit<ServerOptions, "clock">, round: (prepared: Prepared) => Promise<R>,
): Promise<R> {
  const { clock, profileFolder, settings } = plan;
  const server = await startServer({ clock, profileFolder, ...options, settings: { ...options.settings, ...settings } });
  let result: R;
  try {
    const { credentials } = server;
    result = await round({ server, preparation: new Preparation(credentials), target: targetOf(credentials.realtimeUrl) });
  } finally {
    await server.stop();
  }
  server.forget();
  return result;
}

/** Runs a job in a process of its own on the other core. */
export function load(job: Job): Promise<Measured> {
  return startJob<Job, Measured>(new URL("../load/main.js", import.meta.url), job, LOAD_CORE).answer;
}
