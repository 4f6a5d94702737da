import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { within, TIMED_OUT, type Clock } from "../../time/index.js";
import { OutputTail } from "./output-tail.js";

export interface ChildOptions {
  /** A compiled script for Node. */
  readonly script: URL | string;
  readonly args?: readonly string[];
  /** The whole environment of the child; nothing is inherited, so that a run does not depend on the shell. */
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  readonly cwd?: string;
  /**
   * The child is ready with the first line (of either stream) that matches, when the file exists and is not
   * empty, or when the question is answered with yes.
   */
  readonly ready: { readonly line: RegExp } | { readonly file: string } | { readonly ask: () => Promise<boolean> };
  readonly readyWithinMs?: number;
  /** Hears every line of both streams. */
  readonly onLine?: (line: string) => void;
  readonly clock: Clock;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const OUTPUT_BYTES_MAX = 262_144;
const READY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;
const STOP_WITHIN_MS = 10_000;

/** A process of the system under test (reliability.md H9). Signals go to this pid and to nothing else. */
export class Child {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly #process: ChildProcess;
  readonly #clock: Clock;
  readonly #tail = new OutputTail(OUTPUT_BYTES_MAX);
  readonly #onLine = new Set<(line: string) => void>();
  #ready: readonly string[] = [];

  private constructor(process: ChildProcess, clock: Clock) {
    // A child that could not be started at all says so here; the missing pid is told below.
    process.on("error", () => {});
    if (process.pid === undefined) throw new Error("the child could not be started");
    this.pid = process.pid;
    this.#process = process;
    this.#clock = clock;
    this.exited = new Promise((resolve) =>
      process.once("close", (code, signal) => resolve({ code, signal })),
    );
    for (const stream of [process.stdout, process.stderr])
      stream?.setEncoding("utf8").on("data", (piece: string) => this.#take(piece));
  }

  /**
   * Starts a child and waits until it is ready; one that is not is killed, and the error shows what it
   * printed.
   */
  static async start(options: ChildOptions): Promise<Child> {
    const script = typeof options.script === "string" ? options.script : fileURLToPath(options.script);
    const spawned = spawn(process.execPath, [...(options.nodeArgs ?? []), script, ...(options.args ?? [])], {
      env: { ...options.env },
      cwd: options.cwd,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const child = new Child(spawned, options.clock);
    if (options.onLine !== undefined) child.#onLine.add(options.onLine);
    await child.#becomeReady(options);
    return child;
  }

  /** What made the child ready: the match and its groups, or the text of the file. */
  get ready(): readonly string[] {
    return this.#ready;
  }

  /** The end of both output streams. */
  get output(): string {
    return this.#tail.text;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** kill -9. */
  kill(): Promise<Exit> {
    return this.#signal("SIGKILL");
  }

  /** Asks the child to stop and waits for it, however long it takes. */
  terminate(): Promise<Exit> {
    return this.#signal("SIGTERM");
  }

  /** Freezes the child: its sockets stay open and nobody answers. */
  suspend(): void {
    this.#process.kill("SIGSTOP");
  }

  resume(): void {
    this.#process.kill("SIGCONT");
  }

  /** For the end of a test: stops the child in whatever state it is, in the end by force. */
  async stop(): Promise<Exit> {
    if (!this.isRunning) return this.exited;
    this.resume();
    const exit = await within(this.#clock, STOP_WITHIN_MS, this.terminate());
    return exit === TIMED_OUT ? this.kill() : exit;
  }

  #signal(signal: NodeJS.Signals): Promise<Exit> {
    if (this.isRunning) this.#process.kill(signal);
    return this.exited;
  }

  #take(piece: string): void {
    for (const line of this.#tail.add(piece)) for (const listener of this.#onLine) listener(line);
  }

  async #becomeReady({ ready, readyWithinMs = READY_WITHIN_MS }: ChildOptions): Promise<void> {
    const appeared = this.#appearance(ready);
    const died = this.exited.then(({ code, signal }) => `ended with ${signal ?? code ?? "?"}`);
    const result = await within(this.#clock, readyWithinMs, Promise.race([appeared.found, died]));
    appeared.stop();
    if (Array.isArray(result)) {
      this.#ready = result as readonly string[];
      return;
    }
    await this.kill();
    const why = result === TIMED_OUT ? `was not ready within ${readyWithinMs} ms` : String(result);
    throw new Error(`the child ${why}; it printed:\n${this.output}`);
  }

  #appearance(ready: ChildOptions["ready"]): Appearance {
    if ("line" in ready) return this.#line(ready.line);
    return "file" in ready ? this.#file(ready.file) : this.#answer(ready.ask);
  }

  #answer(ask: () => Promise<boolean>): Appearance {
    let isWanted = true;
    const asking = async (): Promise<readonly string[]> => {
      while (isWanted && !(await ask())) await this.#clock.sleep(LOOK_EVERY_MS);
      return [];
    };
    return { found: asking(), stop: () => void (isWanted = false) };
  }

  #line(pattern: RegExp): Appearance {
    let stop = (): void => {};
    const found = new Promise<readonly string[]>((resolve) => {
      const listener = (line: string): void => {
        const match = pattern.exec(line);
        if (match !== null) resolve([...match]);
      };
      this.#onLine.add(listener);
      stop = () => void this.#onLine.delete(listener);
    });
    return { found, stop };
  }

  #file(path: string): Appearance {
    let stop = (): void => {};
    const found = new Promise<readonly string[]>((resolve) => {
      const timer = this.#clock.every(LOOK_EVERY_MS, () => {
        const text = existsSync(path) ? readFileSync(path, "utf8") : "";
        if (text !== "") resolve([text]);
      });
      stop = () => timer.cancel();
    });
    return { found, stop };
  }
}

interface Appearance {
  readonly found: Promise<readonly string[]>;
  readonly stop: () => void;
}
