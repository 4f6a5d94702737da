// What an error of the store means for the rows of the write.
import { AppError, ErrorCode, fail } from "@parlance/platform/errors";

/** The store says that nothing of the write was committed. */
export function isNothingDone(error: unknown): error is AppError {
  return error instanceof AppError && error.code !== ErrorCode.ERR_MISSION_FAILED;
}

/** What the callers hear; a defect of the store is no concern of theirs. */
export function notDone(error: unknown): AppError {
  const busy = error instanceof AppError && error.code === ErrorCode.ERR_TOO_MANY_REQUESTS;
  return busy ? error : fail("ERR_OPERATION_FAILED", undefined, { cause: error });
}
