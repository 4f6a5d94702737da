// One server process: started detached, found again by its pid and the mark on its command line, stopped by both.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isOpen } from "./ports.mjs";
import { Problem } from "./problem.mjs";

const STEP_MS = 50;
const READY_MS = 120_000;
const STOP_MS = 10_000;

/** @typedef {{ name: string, folder: string, readyLine: string }} Server */

const pidFile = ({ folder }) => join(folder, "pid");
const logFile = ({ folder }) => join(folder, "server.log");
/** On the command line of every process started here; names the folder, so no other process can have it. */
const markOf = ({ folder }) => `-Dparlance.local=${folder}`;

/** The pid, when the process that was recorded runs and is ours. */
export function runningPid(server) {
  if (!existsSync(pidFile(server))) return undefined;
  const pid = Number(readFileSync(pidFile(server), "utf8"));
  return Number.isInteger(pid) && pid > 1 && commandLineOf(pid).includes(markOf(server)) ? pid : undefined;
}

function commandLineOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return (spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "").split(" ");
  }
}

/** Starts it and waits until it says it is ready and its port takes connections. */
export async function launch(server, port, javaArgs) {
  if (await isOpen(port)) throw new Problem(`port ${port} is taken by another process`);
  mkdirSync(server.folder, { recursive: true });
  const log = openSync(logFile(server), "w");
  const child = spawn("java", [markOf(server), "-Djava.net.preferIPv4Stack=true", ...javaArgs], {
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  let ended = false;
  child.on("error", () => (ended = true));
  child.on("exit", () => (ended = true));
  writeFileSync(pidFile(server), String(child.pid));
  for (let waited = 0; waited < READY_MS; waited += STEP_MS) {
    if (ended) throw new Problem(`${server.name} ended at once: ${lastLine(server)} (see ${logFile(server)})`);
    if (readFileSync(logFile(server), "utf8").includes(server.readyLine) && (await isOpen(port))) break;
    await sleep(STEP_MS);
    if (waited + STEP_MS >= READY_MS) throw new Problem(`${server.name} is not ready after ${READY_MS / 1000} s, see ${logFile(server)}`);
  }
  child.unref();
}

/** SIGTERM, and SIGKILL when that does not help in time; a stopped process is woken first. */
export async function halt(server) {
  const pid = runningPid(server);
  if (pid !== undefined) {
    process.kill(pid, "SIGCONT");
    process.kill(pid, "SIGTERM");
    for (let waited = 0; waited < STOP_MS && runningPid(server) !== undefined; waited += STEP_MS) await sleep(STEP_MS);
    if (runningPid(server) === pid) process.kill(pid, "SIGKILL");
    while (runningPid(server) !== undefined) await sleep(STEP_MS);
  }
  rmSync(pidFile(server), { force: true });
  return pid !== undefined;
}

function lastLine(server) {
  return readFileSync(logFile(server), "utf8").trim().split("\n").at(-1) ?? "";
}
