/** One record through its handler: at most 5 attempts, full jitter between them, all within 10 s (E11). */
import { AppError, type ErrorName } from "../errors/index.js";
import type { Random } from "../random/index.js";
import { TIMED_OUT, within, type Clock } from "../time/index.js";
import type { Decode, EventHandler, HandlerAnswer, PlacedRecord } from "./port.js";

export const ATTEMPTS_MAX = 5;
export const ATTEMPTS_WITHIN_MS = 10_000;
/** Caps of the waits; together below the time limit. */
const BACKOFF_CAPS_MS = [500, 1_000, 2_000, 4_000] as const;

export type AttemptDeps<E> = {
  readonly group: string;
  readonly handlerOf: (kind: string) => EventHandler<E> | undefined;
  readonly decode: Decode<E>;
  readonly clock: Clock;
  readonly random: Random;
  readonly stopped: AbortSignal;
  /** Around the wait for the next attempt. */
  readonly onPause: () => void;
  readonly onResume: () => void;
};

export type Verdict =
  | { readonly answer: "done" }
  | { readonly answer: "stopped" }
  | { readonly answer: "dead"; readonly errorCode: ErrorName; readonly attempts: number };

type Tried = { readonly answer: HandlerAnswer; readonly errorCode: ErrorName };

/** Never throws. `stopped` leaves the record unfinished: whoever continues will read it again. */
export async function attemptRecord<E>(record: PlacedRecord, deps: AttemptDeps<E>): Promise<Verdict> {
  let event: E;
  try {
    event = deps.decode(record.value, record.headers.kind);
  } catch {
    return { answer: "dead", errorCode: "ERR_BAD_REQUEST", attempts: 0 };
  }
  const deadline = deps.clock.monotonic() + ATTEMPTS_WITHIN_MS;
  for (let attempt = 1; ; attempt += 1) {
    const tried = await tryOnce(event, record, attempt, deadline, deps);
    if (tried.answer === "done") return { answer: "done" };
    if (deps.stopped.aborted) return { answer: "stopped" };
    const left = deadline - deps.clock.monotonic();
    if (tried.answer === "dead" || attempt >= ATTEMPTS_MAX || left <= 0) {
      return { answer: "dead", errorCode: tried.errorCode, attempts: attempt };
    }
    await pause(Math.min(left, deps.random.fullJitter(BACKOFF_CAPS_MS[attempt - 1] ?? 0)), deps);
    if (deps.stopped.aborted) return { answer: "stopped" };
  }
}

async function tryOnce<E>(
  event: E,
  record: PlacedRecord,
  attempt: number,
  deadline: number,
  deps: AttemptDeps<E>,
): Promise<Tried> {
  const handler = deps.handlerOf(record.headers.kind);
  if (handler === undefined) return { answer: "done", errorCode: "ERR_EXCEPTION" };
  const { key, partition, offset, headers } = record;
  const abort = new AbortController();
  const onStop = (): void => abort.abort();
  deps.stopped.addEventListener("abort", onStop, { once: true });
  const meta = { group: deps.group, key, id: headers.id, partition, offset, attempt, signal: abort.signal };
  const tried = await within(deps.clock, deadline - deps.clock.monotonic(), answerOf(() => handler(event, meta)));
  deps.stopped.removeEventListener("abort", onStop);
  if (tried !== TIMED_OUT) return tried;
  abort.abort();
  return { answer: "dead", errorCode: "ERR_MISSION_FAILED" };
}

async function answerOf(handle: () => Promise<HandlerAnswer | void>): Promise<Tried> {
  try {
    return { answer: (await handle()) ?? "done", errorCode: "ERR_OPERATION_FAILED" };
  } catch (error) {
    return { answer: "retry", errorCode: error instanceof AppError ? error.name : "ERR_EXCEPTION" };
  }
}

async function pause<E>(ms: number, deps: AttemptDeps<E>): Promise<void> {
  deps.onPause();
  await deps.clock.sleep(ms, deps.stopped).catch(() => undefined);
  deps.onResume();
}
