// The window of a round: what comes before is warm-up, what comes after is the end of what began before. CPU time is read at
// both edges of the window, by the process that knows when they are.

import type { Clock } from "@parlance/platform/time";
import { Latencies, type Summary } from "../stats/latencies.js";
import type { Loop, Measured } from "../stats/measured.js";
import { cpuSecondsOf, mainThreadSecondsOf, rssBytesOf } from "../system/proc.js";

/** Rows that came to the socket that sent them: harmless, but a send and a read that need not be. */
export const OWN_ROWS = "own rows heard";

export interface RecorderParts {
  readonly clock: Pick<Clock, "monotonic">;
  /** 0 in tests: no CPU time is read. */
  readonly serverPid: number;
  /** By name, where the server is several processes; together they are "server". */
  readonly processes?: Readonly<Record<string, number>> | undefined;
  readonly loop: Loop;
  readonly offeredPerSecond?: number | undefined;
}

interface Edge {
  readonly atMs: number;
  readonly cpu: Readonly<Record<string, number>>;
}

export class Recorder {
  readonly #parts: RecorderParts;
  readonly #latencies = new Map<string, Latencies>();
  readonly #errors: Record<string, number> = {};
  readonly #more: Record<string, number> = {};
  #count = 0;
  #opened: Edge | undefined;
  #shut: Edge | undefined;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#opened !== undefined && this.#shut === undefined;
  }

  /** Everything before is warm-up; errors are kept all the same. */
  open(): void {
    this.#opened = this.#edge();
  }

  shut(): void {
    this.#shut ??= this.#edge();
  }

  count(things = 1): void {
    if (this.isOpen) this.#count += things;
  }

  latency(name: string, ms: number): void {
    if (!this.isOpen) return;
    let latencies = this.#latencies.get(name);
    if (latencies === undefined) this.#latencies.set(name, latencies = new Latencies());
    latencies.add(ms);
  }

  error(name: string, times = 1): void {
    if (times > 0) this.#errors[name] = (this.#errors[name] ?? 0) + times;
  }

  more(name: string, value: number): void {
    this.#more[name] = value;
  }

  /** Adds to a further figure. */
  add(name: string, value: number): void {
    this.#more[name] = (this.#more[name] ?? 0) + value;
  }

  result(): Measured {
    const { loop, offeredPerSecond, serverPid } = this.#parts;
    const end = this.#shut ?? this.#edge();
    const start = this.#opened ?? end;
    const summaries: Record<string, Summary> = {};
    for (const [name, latencies] of this.#latencies) summaries[name] = latencies.summary();
    return {
      loop, count: this.#count, seconds: (end.atMs - start.atMs) / 1_000,
      ...(offeredPerSecond === undefined ? {} : { offeredPerSecond }),
      latencies: summaries, errors: this.#errors,
      cpuSeconds: Object.fromEntries(Object.entries(end.cpu).map(([name, seconds]) => [name, seconds - (start.cpu[name] ?? 0)])),
      serverRssBytes: serverPid === 0 ? 0 : rssBytesOf(serverPid),
      more: this.#more,
    };
  }

  #edge(): Edge {
    const { clock, serverPid, processes = {} } = this.#parts;
    const { user, system } = process.cpuUsage();
    const server = serverPid === 0 ? {} : { server: cpuSecondsOf(serverPid), "server main thread": mainThreadSecondsOf(serverPid) };
    const each = Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, cpuSecondsOf(pid)]));
    return { atMs: clock.monotonic(), cpu: { ...server, ...each, generator: (user + system) / 1e6 } };
  }
}
