import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import type { Clock } from "../time/index.js";
import type { Entry, Failure, History, OperationName, Operations } from "./history.js";

/** Takes finished entries. */
export interface HistorySink {
  append(entry: Entry): void;
  close(): void;
}

/** Keeps the history in memory. */
export class MemorySink implements HistorySink {
  readonly entries: Entry[] = [];

  append(entry: Entry): void {
    this.entries.push(entry);
  }

  close(): void {}
}

/**
 * Writes one JSON line per entry, at once: what was appended survives a kill -9 of the process that recorded.
 */
export class FileSink implements HistorySink {
  #descriptor: number | undefined;

  constructor(path: string) {
    this.#descriptor = openSync(path, "a");
  }

  append(entry: Entry): void {
    if (this.#descriptor !== undefined) writeSync(this.#descriptor, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/**
 * Reads what a FileSink wrote. A last line that a kill cut off is left out; any other bad line is an error.
 */
export function loadHistory(path: string): History {
  return parseHistory(readFileSync(path, "utf8"));
}

export function parseHistory(text: string): History {
  const lines = text.split("\n");
  const unfinished = lines.pop();
  const entries = lines.map((line, index) => parseLine(line, index + 1));
  if (unfinished !== undefined && unfinished !== "") {
    try {
      entries.push(JSON.parse(unfinished) as Entry);
    } catch {
      // The recorder was killed while it wrote this line.
    }
  }
  return entries;
}

function parseLine(line: string, number: number): Entry {
  try {
    return JSON.parse(line) as Entry;
  } catch (cause) {
    throw new Error(`line ${number} of the history is not JSON`, { cause });
  }
}

/** An operation under way. Exactly one of the three ends it; later calls are ignored. */
export interface RunningOperation<Op extends OperationName> {
  ok(value: Operations[Op]["value"]): void;
  fail(failure: Failure): void;
  /** Timed out or cut: whether it took effect is not known. */
  unknown(): void;
}

/** Records what clients do and see. One recorder serves all clients of a process. */
export class Recorder {
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  readonly #sink: HistorySink;
  readonly #running = new Set<RunningOperation<OperationName>>();
  readonly #offsetMs: number;
  #lastMs = 0;

  constructor(clock: Pick<Clock, "now" | "monotonic">, sink: HistorySink) {
    this.#clock = clock;
    this.#sink = sink;
    this.#offsetMs = clock.now() - clock.monotonic();
  }

  /** Call before the request leaves. */
  begin<Op extends OperationName>(client: string, op: Op, args: Operations[Op]["args"]): RunningOperation<Op> {
    const t0 = this.now();
    const end = (rest: object): void => {
      if (!this.#running.delete(running)) return;
      this.#sink.append({ t: this.now(), t0, client, op, args, ...rest } as Entry);
    };
    const running: RunningOperation<Op> = {
      ok: (value) => end({ outcome: "ok", value }),
      fail: (value) => end({ outcome: "fail", value }),
      unknown: () => end({ outcome: "unknown" }),
    };
    this.#running.add(running);
    return running;
  }

  /** Records what merely happened to a client: a delivery, a presence change, a sample of the wire. */
  happened<Op extends OperationName>(
    client: string,
    op: Op,
    args: Operations[Op]["args"],
    value: Operations[Op]["value"],
  ): void {
    const t = this.now();
    this.#sink.append({ t, t0: t, client, op, args, outcome: "ok", value } as unknown as Entry);
  }

  /** The recorder's time line: rises with every call, and does not follow jumps of the wall clock. */
  now(): number {
    const ms = this.#offsetMs + this.#clock.monotonic();
    this.#lastMs = Math.max(ms, this.#lastMs + SMALLEST_STEP_MS);
    return this.#lastMs;
  }

  /** Ends what is still running as `unknown` and closes the sink. */
  close(): void {
    for (const running of this.#running) running.unknown();
    this.#sink.close();
  }
}

// A double holds Unix milliseconds with a resolution of 1/4096.
const SMALLEST_STEP_MS = 1 / 1024;
