import { AppError, fail, type ErrorCode } from "../errors/index.js";
import { isStorageError, isUnconfirmedCommit } from "./storage-error.js";

/** An error as it crosses the thread border: structured clone would drop the fields of an AppError. */
export type Failure =
  | { readonly kind: "app"; readonly code: ErrorCode; readonly text: string; readonly fields?: Readonly<Record<string, string>>;
      readonly params?: Readonly<Record<string, string | number>>; readonly retryAfterMs?: number }
  | { readonly kind: "storage" | "unknown" | "defect"; readonly text: string; readonly stack?: string };

export function toFailure(error: unknown): Failure {
  if (error instanceof AppError) {
    return {
      kind: "app", code: error.code, text: error.message,
      ...(error.fields === undefined ? {} : { fields: error.fields }),
      ...(error.params === undefined ? {} : { params: error.params }),
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    };
  }
  const kind = isStorageError(error) ? "storage" : "defect";
  if (!(error instanceof Error)) return { kind, text: String(error) };
  return { kind, text: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) };
}

const NAMES = { storage: "ERR_OPERATION_FAILED", unknown: "ERR_MISSION_FAILED", defect: "ERR_EXCEPTION" } as const;

/**
 * `storage`: nothing was done, may be repeated; `unknown`: may have been done (P3); `defect`: of the program. What
 * happened is the cause, for the log.
 */
export function fromFailure(failure: Failure): AppError {
  if (failure.kind === "app") return fail(failure.code, failure.text, failure);
  const cause = new Error(failure.text);
  if (failure.stack !== undefined) cause.stack = failure.stack;
  return fail(NAMES[failure.kind], undefined, { cause });
}

/** What a failed COMMIT means for its batch. */
export function toCommitFailure(error: unknown): Failure {
  const failure = toFailure(error);
  return failure.kind === "storage" && isUnconfirmedCommit(error) ? { ...failure, kind: "unknown" } : failure;
}

/** The test's hook refused the commit: for the callers the same as a disk that did. */
export function notCommitted(error: unknown): Failure {
  return { kind: "storage", text: error instanceof Error ? error.message : String(error) };
}
