/** kafkajs wraps its errors, sometimes twice; what they are is said by the innermost type (K11). */
import { AppError, fail } from "../errors/index.js";

const DEPTH_MAX = 5;
/** 45, 46, 47, 59: the producer's identity is broken and is never renewed (K3). */
const FATAL: ReadonlySet<string> = new Set([
  "OUT_OF_ORDER_SEQUENCE_NUMBER", "DUPLICATE_SEQUENCE_NUMBER", "INVALID_PRODUCER_EPOCH", "UNKNOWN_PRODUCER_ID",
]);
/** Right after a topic was made or a broker came back not everybody knows who leads (K12). */
const NOT_SETTLED: ReadonlySet<string> = new Set([
  "UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE", "NOT_LEADER_FOR_PARTITION", "NOT_CONTROLLER",
  "GROUP_COORDINATOR_NOT_AVAILABLE", "NOT_COORDINATOR_FOR_GROUP", "GROUP_LOAD_IN_PROGRESS",
]);
const TOO_LARGE: ReadonlySet<string> = new Set(["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"]);

/** The protocol's word for what went wrong, when the broker said one. */
export function kafkaTypeOf(error: unknown): string | undefined {
  let inner = error;
  for (let depth = 0; depth < DEPTH_MAX && typeof inner === "object" && inner !== null; depth += 1) {
    const { type, cause } = inner as { readonly type?: unknown; readonly cause?: unknown };
    if (typeof type === "string") return type;
    inner = cause;
  }
  return undefined;
}

export function isFatalForProducer(error: unknown): boolean {
  return FATAL.has(kafkaTypeOf(error) ?? "");
}

export function isNotSettled(error: unknown): boolean {
  return NOT_SETTLED.has(kafkaTypeOf(error) ?? "");
}

export function isTooLarge(error: unknown): boolean {
  return TOO_LARGE.has(kafkaTypeOf(error) ?? "");
}

/** What the caller of the log is told. */
export function refusalOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isTooLarge(error)) return fail("ERR_PAYLOAD_TOO_LARGE", "a record is larger than the event log takes", { cause: error });
  return fail("ERR_OPERATION_FAILED", "the event log is away", { retryAfterMs: 500, cause: error });
}
