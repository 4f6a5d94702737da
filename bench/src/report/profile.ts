// Where the time of a profiled server went, for each thread that wrote a profile: functions by their own time, and by the time
// of all they called.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

export interface Times {
  /** Milliseconds of the function itself. */
  readonly own: ReadonlyMap<string, number>;
  /** Milliseconds of the function and what it called. */
  readonly total: ReadonlyMap<string, number>;
}

const LINES = 25;
const ENDING = ".cpuprofile";
const IDLE = "(idle)";
/** The server stops within this after the window. */
const STOP_MS = 400;

/** Of the last milliseconds of the profile only: before is preparation and warm-up. */
export function timesOf({ nodes, samples, timeDeltas }: CpuProfile, lastMs: number): Times {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const own = new Map<string, number>();
  const total = new Map<string, number>();
  let leftUs = lastMs * 1_000;
  for (let at = samples.length - 1; at >= 0 && leftUs > 0; at -= 1) {
    const ms = (timeDeltas[at] ?? 0) / 1_000;
    leftUs -= ms * 1_000;
    const stack = new Set<string>();
    for (let id = samples[at]; id !== undefined; id = parents.get(id)) stack.add(names.get(id) ?? "?");
    const [top = "?"] = stack;
    add(own, top, ms);
    for (const name of stack) add(total, name, ms);
  }
  return { own, total };
}

function add(times: Map<string, number>, name: string, ms: number): void {
  times.set(name, (times.get(name) ?? 0) + ms);
}

function nameOf({ functionName, url, lineNumber }: CpuProfile["nodes"][number]["callFrame"]): string {
  const file = url.split("/").slice(-3).join("/");
  return `${functionName === "" ? "(anonymous)" : functionName}${file === "" ? "" : ` ${file}:${lineNumber + 1}`}`;
}

/** Text for people. */
export function profileReport(folder: string, windowMs: number): string {
  const files = readdirSync(folder).filter((name) => name.endsWith(ENDING));
  return files.map((name) => {
    const profile = JSON.parse(readFileSync(join(folder, name), "utf8")) as CpuProfile;
    return describe(name, timesOf(profile, windowMs + STOP_MS));
  }).join("\n\n");
}

function describe(name: string, { own, total }: Times): string {
  const idle = own.get(IDLE) ?? 0;
  const busy = [...own.values()].reduce((sum, ms) => sum + ms, 0) - idle;
  return [
    `${name}: busy ${Math.round(busy)} ms, idle ${Math.round(idle)} ms`,
    " own time:", ...top(own, busy), " with what they call:", ...top(total, busy),
  ].join("\n");
}

function top(times: ReadonlyMap<string, number>, busy: number): string[] {
  return [...times].filter(([name]) => name !== IDLE && name !== "(root)")
    .sort((one, other) => other[1] - one[1]).slice(0, LINES)
    .map(([name, ms]) => `  ${(ms * 100 / busy).toFixed(1).padStart(5)} %  ${name}`);
}
