import { ErrorCode, httpStatusOf, type AppError } from "../errors/index.js";
import type { Log } from "../log/index.js";
import { DURATION_BUCKETS_MS, type Histogram, type Metrics } from "../metrics/index.js";
import type { CallObserver, RunningCall } from "./running-call.js";

const SLOW_MS = 1_000;
const SERVER_FAULT = 500;

type Observe = { observe(value: number): void };

/**
 * Writes the one access record of each call, and its figures. A success is a debug record; failures and slow calls are
 * info, so that a busy server does not spend its time on telling that all is well; a defect is an error with its cause.
 */
export class CallRecords implements CallObserver {
  readonly #log: Log;
  readonly #durations: Histogram;
  readonly #observers = new Map<string, Observe>();
  readonly #monotonic: () => number;

  constructor(log: Log, metrics: Metrics, monotonic: () => number) {
    this.#log = log;
    this.#monotonic = monotonic;
    this.#durations = metrics.histogram({
      name: "parlance_rpc_duration_ms",
      help: "Duration of calls answered, by method and outcome",
      labels: ["method", "outcome"],
      buckets: DURATION_BUCKETS_MS,
    });
  }

  ended(running: RunningCall, error: AppError | undefined, cause: unknown): void {
    const durationMs = this.#monotonic() - running.startedAt;
    const outcome = error === undefined ? "OK" : error.name;
    this.#observe(running.method, outcome, durationMs);
    const { app, caller, actor, requestId, traceParent } = running.call;
    const record = { method: running.method, outcome, durationMs, app, caller: caller.kind, actor, requestId, traceParent };
    if (error === undefined && durationMs < SLOW_MS) return this.#log.debug(record, "call");
    if (cause !== undefined) return this.#log.error({ ...record, cause }, "call failed unexpectedly");
    const inner = error !== undefined && httpStatusOf(error.code) >= SERVER_FAULT ? error.cause : undefined;
    this.#log.info({ ...record, cause: inner, fields: namesOf(error) }, "call");
  }

  #observe(method: string, outcome: string, durationMs: number): void {
    const key = outcome === "OK" ? method : `${method} ${outcome}`;
    let observer = this.#observers.get(key);
    if (observer === undefined) {
      observer = this.#durations.with({ method, outcome });
      this.#observers.set(key, observer);
    }
    observer.observe(durationMs);
  }
}

/** Which fields were refused; what is wrong with them is for the caller. */
function namesOf(error: AppError | undefined): readonly string[] | undefined {
  return error?.code === ErrorCode.ERR_BAD_REQUEST ? Object.keys(error.fields ?? {}) : undefined;
}
