import type { EventLog, LogRecord } from "@parlance/platform/eventlog";
import type { Metrics } from "@parlance/platform/metrics";

/** Where signals leave. A signal that the log does not take is counted and forgotten: it would be old when it came. */
export class Outlet {
  readonly #eventLog: Pick<EventLog, "append">;
  readonly #dropped: { inc(by?: number): void };
  #sent = 0;

  constructor(eventLog: Pick<EventLog, "append">, metrics: Metrics) {
    this.#eventLog = eventLog;
    this.#dropped = metrics.counter({
      name: "parlance_presence_signals_dropped_total", help: "Signals that the event log did not take.",
    }).with({});
  }

  /** Tells signals of one process apart. */
  nextId(kind: string, atMs: number): string {
    this.#sent += 1;
    return `${kind}:${atMs}:${this.#sent}`;
  }

  async signal(records: readonly LogRecord[]): Promise<void> {
    try {
      await this.#eventLog.append(records);
    } catch {
      this.#dropped.inc(records.length);
    }
  }

  /** A fact: rejects when the log did not take it. */
  fact(records: readonly LogRecord[]): Promise<void> {
    return this.#eventLog.append(records);
  }
}
