import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { whyNotPinned } from "../system/pin.js";

export interface Measurement {
  readonly settings: Readonly<Record<string, string>>;
  /** The server is several processes, and they share the cores. */
  readonly clustered: boolean;
}

/** Where and what was measured; the head of the results. */
export function describeMachine({ settings, clustered }: Measurement): readonly string[] {
  const [cpu] = cpus();
  const why = whyNotPinned();
  return [
    `Machine: ${cpus().length} × ${cpu?.model.trim() ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${diskOf()}`,
    `Linux ${release()}, Node ${process.version}`,
    `Commit: ${commit()}`,
    why === undefined ? `${clustered ? "Processes of the server not pinned" : "Server pinned to core 0"}, load to core 1` : `NOT pinned: ${why}`,
    `Settings beyond open limits: ${Object.keys(settings).length === 0 ? "none" : Object.entries(settings).map(([name, value]) => `${name}=${value}`).join(" ")}`,
  ];
}

function commit(): string {
  try {
    const hash = git("rev-parse", "--short", "HEAD");
    return git("status", "--porcelain", "--untracked-files=no") === "" ? hash : `${hash} with changes that are not committed`;
  } catch {
    return "unknown";
  }
}

function git(...args: readonly string[]): string {
  return execFileSync("git", args, { encoding: "utf8", cwd: new URL(".", import.meta.url) }).trim();
}

/** The file system that fsync goes to. */
function diskOf(): string {
  try {
    const mounts = readFileSync("/proc/mounts", "utf8").split("\n").map((line) => line.split(" "));
    const folders = new Set(["/tmp", "/"]);
    const found = mounts.filter(([, folder = ""]) => folders.has(folder)).sort((one, other) => (other[1]?.length ?? 0) - (one[1]?.length ?? 0));
    return `data on ${found[0]?.[2] ?? "an unknown file system"}`;
  } catch {
    return "data on an unknown file system";
  }
}
