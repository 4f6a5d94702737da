// What the driver's errors mean. By codes and labels only: which key was meant is found out by reading back (M2).
import {
  MongoBulkWriteError, MongoError, MongoInvalidArgumentError, MongoServerError, MongoWriteConcernError,
} from "mongodb";
import { fail } from "../errors/index.js";

const DUPLICATE_KEY = 11_000;

/** Refused by a unique index, and nothing else went wrong. */
export function isDuplicate(error: unknown): error is MongoServerError {
  if (!(error instanceof MongoServerError) || error.code !== DUPLICATE_KEY) return false;
  return !(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() === undefined;
}

/** The server looked at the write and refused it: nothing is done. */
function isRefusal(error: Error): boolean {
  return error instanceof MongoServerError && !(error instanceof MongoWriteConcernError) && !(error instanceof MongoBulkWriteError)
    && !error.hasErrorLabel("RetryableWriteError");
}

/** What a caller hears of a read that failed, or of a step before the write. */
export function readFailed(error: unknown): unknown {
  return isOfDriver(error) ? fail("ERR_OPERATION_FAILED", undefined, { cause: error }) : error;
}

/**
 * What a caller hears of the write of one document that failed. Unless the server refused it, it may be done: even "no server
 * found" says nothing, because the driver says it of its second attempt too, when the first may have landed (M3).
 */
export function writeFailed(error: unknown): unknown {
  if (!isOfDriver(error)) return error;
  return fail(isRefusal(error) ? "ERR_OPERATION_FAILED" : "ERR_MISSION_FAILED", undefined, { cause: error });
}

/** Wrong arguments are defects, and stay what they are. Errors of a cut socket come through as the system's own. */
function isOfDriver(error: unknown): error is Error {
  if (error instanceof MongoError) return !(error instanceof MongoInvalidArgumentError);
  return error instanceof Error && "syscall" in error;
}

export async function reading<R>(read: Promise<R>): Promise<R> {
  return read.catch((error: unknown) => {
    throw readFailed(error);
  });
}

export async function writing<R>(write: Promise<R>): Promise<R> {
  return write.catch((error: unknown) => {
    throw writeFailed(error);
  });
}
