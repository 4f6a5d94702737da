// The system under test: standalone as a user starts it, with fresh data and a core of its own.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "@parlance/platform/time";
import { pinned, SERVER_CORE } from "./pin.js";

/** The parts of credentials.json that the benchmarks use. */
export interface Credentials {
  readonly appId: string;
  readonly restApiKey: string;
  readonly realtimeUrl: string;
  readonly restUrl: string;
}

export interface ServerOptions {
  readonly clock: Clock;
  /** Environment beyond the limits below. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Of an earlier server, to start on its data. */
  readonly folder?: string;
  /** Where to write a CPU profile when the server stops. */
  readonly profileFolder?: string | undefined;
  /** Lets the garbage be collected from outside. */
  readonly collectable?: boolean;
}

export interface RunningServer {
  readonly pid: number;
  readonly credentials: Credentials;
  readonly folder: string;
  stop(): Promise<void>;
  /** Removes the data. */
  forget(): void;
}

/** Limits protect users from each other; a benchmark is one user that wants all of the machine. */
export const OPEN_LIMITS: Readonly<Record<string, string>> = {
  PARLANCE_GATEWAY_FRAMES_PER_SECOND: "1000000",
  PARLANCE_GATEWAY_FRAMES_BURST: "1000000",
  PARLANCE_GATEWAY_CALLS_IN_FLIGHT: "10000",
  PARLANCE_GATEWAY_CORE_CALLS_PER_MINUTE: "1000000000",
  PARLANCE_GATEWAY_OTHER_CALLS_PER_MINUTE: "1000000000",
};

export const OPEN_ADMISSION: Readonly<Record<string, string>> = {
  PARLANCE_GATEWAY_UPGRADES_PER_SECOND: "100000",
  PARLANCE_GATEWAY_UPGRADES_BURST: "100000",
};

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 15_000;
const LOOK_MS = 10;

const root = fileURLToPath(new URL("../../../", import.meta.url));
const mainScript = join(root, "services/standalone/dist/src/main.js");
const hookScript = new URL("./collect-hook.js", import.meta.url).href;

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "parlance-bench-"));
}

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const folder = options.folder ?? newFolder();
  const child = spawnServer(options, folder);
  try {
    const credentials = await waitForCredentials(child, folder, options.clock);
    return {
      pid: child.pid ?? 0, credentials, folder,
      stop: () => stop(child, options.clock),
      forget: () => rmSync(folder, { recursive: true, force: true }),
    };
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`the server did not start; ${join(folder, "server.log")} says why`, { cause: error });
  }
}

function spawnServer({ settings, profileFolder, collectable }: ServerOptions, folder: string): ChildProcess {
  const nodeArguments = [
    ...(profileFolder === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", profileFolder]),
    ...(collectable === true ? ["--expose-gc", "--import", hookScript] : []),
  ];
  const [command, ...args] = pinned(SERVER_CORE, [process.execPath, ...nodeArguments, mainScript]);
  const log = openSync(join(folder, "server.log"), "a");
  try {
    return spawn(command!, args, { stdio: ["ignore", log, log], env: environment(folder, settings) });
  } finally {
    closeSync(log);
  }
}

/** Only what is said here: settings of the machine would make results that nobody can repeat. */
function environment(folder: string, settings: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return {
    PARLANCE_STANDALONE_DATA: folder,
    PARLANCE_GATEWAY_LISTEN: "127.0.0.1:0",
    PARLANCE_STANDALONE_GRPC_LISTEN: "127.0.0.1:0",
    ...OPEN_LIMITS, ...OPEN_ADMISSION, ...settings,
  };
}

/** The file of an earlier start names a port that is not listened on any more, so it must have changed since. */
async function waitForCredentials(child: ChildProcess, folder: string, clock: Clock): Promise<Credentials> {
  const path = join(folder, "credentials.json");
  const end = clock.monotonic() + READY_WITHIN_MS;
  const before = read(path);
  while (clock.monotonic() < end) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("it ended");
    const text = read(path);
    if (text !== undefined && text !== before) return JSON.parse(text) as Credentials;
    await clock.sleep(LOOK_MS);
  }
  throw new Error(`it was not ready within ${READY_WITHIN_MS} ms`);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

async function stop(child: ChildProcess, clock: Clock): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  const kill = clock.after(STOP_WITHIN_MS, () => child.kill("SIGKILL"));
  child.kill("SIGTERM");
  await exited;
  kill.cancel();
}
