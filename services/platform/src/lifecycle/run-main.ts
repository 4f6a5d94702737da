// A process: build → start → run until a signal → stop within the deadline → exit code.
//
//   0  stopped by SIGTERM or SIGINT
//   1  did not start, or something was thrown that nobody caught (the state is unknown: no orderly stop)
//   130, 143  a second SIGINT or SIGTERM while stopping: ends at once

import { ConfigError, processEnvironment } from "../config/index.js";
import { createLog, type Log, type RootLog } from "../log/index.js";
import { holdProcess, systemClock, TIMED_OUT, within, type Clock } from "../time/index.js";
import type { Lifecycle } from "./lifecycle.js";
import { logLevelFrom } from "./settings.js";

export interface MainContext {
  readonly log: Log;
  /** Aborts when the process begins to stop. */
  readonly signal: AbortSignal;
}

type Ending = "SIGTERM" | "SIGINT";

/** What runMain needs of `process`. */
export interface ProcessPort {
  on(event: Ending | "uncaughtException" | "unhandledRejection", listener: (reason: unknown) => void): unknown;
  exit(code: number): void;
}

export interface RunMainOptions {
  readonly log?: Pick<RootLog, "flush"> & Log;
  readonly clock?: Pick<Clock, "after" | "monotonic">;
  readonly process?: ProcessPort;
  readonly stopDeadlineMs?: number;
}

const STOP_DEADLINE_MS = 10_000;
const SIGNAL_CODES: Readonly<Record<Ending, number>> = { SIGINT: 130, SIGTERM: 143 };

class Main {
  readonly #options: Required<RunMainOptions>;
  readonly #stopping = new AbortController();
  #lifecycle: Lifecycle | undefined;

  constructor(options: Required<RunMainOptions>) {
    this.#options = options;
  }

  listen(): void {
    const { process, log } = this.#options;
    for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, () => void this.#onSignal(name));
    for (const name of ["uncaughtException", "unhandledRejection"] as const) {
      process.on(name, (error) => {
        log.fatal({ error }, name);
        this.#exit(1);
      });
    }
  }

  async run(build: (main: MainContext) => Promise<Lifecycle>): Promise<void> {
    const { log } = this.#options;
    try {
      this.#lifecycle = await build({ log, signal: this.#stopping.signal });
      if (this.#stopping.signal.aborted) return;
      await this.#lifecycle.start();
      if (this.#stopping.signal.aborted) return;
      log.info({}, "started");
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#logStartFailure(error);
      this.#exit(1);
    }
  }

  #logStartFailure(error: unknown): void {
    const { log } = this.#options;
    if (!(error instanceof ConfigError)) log.fatal({ error }, "could not start");
    else for (const problem of error.problems) log.fatal({ problem }, "configuration problem");
  }

  async #onSignal(name: Ending): Promise<void> {
    const { clock, log, stopDeadlineMs } = this.#options;
    if (this.#stopping.signal.aborted) {
      this.#exit(SIGNAL_CODES[name]);
      return;
    }
    log.info({ signal: name }, "stopping");
    this.#stopping.abort();
    // The lifecycle keeps the deadline itself; this one also covers a defect in it.
    const stopped = this.#lifecycle?.stop(stopDeadlineMs) ?? Promise.resolve();
    const outcome = await within(clock, stopDeadlineMs, stopped);
    log.info({ inTime: outcome !== TIMED_OUT }, "stopped");
    this.#exit(0);
  }

  #exit(code: number): void {
    this.#options.log.flush();
    this.#options.process.exit(code);
  }
}

/**
 * Runs a process until it is told to stop. `build` wires everything and returns what to start and stop; it need
 * not start it. The only place that ends the process.
 */
export async function runMain(
  name: string,
  build: (main: MainContext) => Promise<Lifecycle>,
  options: RunMainOptions = {},
): Promise<void> {
  const main = new Main({
    log: options.log ?? createLog({ level: logLevelFrom(processEnvironment()), name }),
    clock: options.clock ?? systemClock(),
    process: options.process ?? process,
    stopDeadlineMs: options.stopDeadlineMs ?? STOP_DEADLINE_MS,
  });
  // Timers do not keep a process alive, and while it waits for a dependency it may have nothing but timers.
  if (options.process === undefined) holdProcess();
  main.listen();
  await main.run(build);
}
