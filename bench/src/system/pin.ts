import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** B40: the server has a core of its own, so has the load. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/** Why processes are not pinned; undefined when they are. */
export function whyNotPinned(): string | undefined {
  if (availableParallelism() < 2) return "there is one core only";
  return spawnSync("taskset", ["-V"]).error === undefined ? undefined : "taskset is missing";
}

export function pinned(core: number, command: readonly string[]): readonly string[] {
  return whyNotPinned() === undefined ? ["taskset", "-c", String(core), ...command] : command;
}
