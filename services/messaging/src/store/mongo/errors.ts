// What the driver's errors mean. Codes only: which key was meant is found out by looking (reliability.md W11).
import { fail } from "@parlance/platform/errors";
import { MongoBulkWriteError, MongoError, MongoInvalidArgumentError, MongoServerError } from "mongodb";

const DUPLICATE_KEY = 11_000;

/** Refused by a unique index, and nothing else went wrong. */
export function isDuplicate(error: unknown): error is MongoServerError {
  if (!(error instanceof MongoServerError) || error.code !== DUPLICATE_KEY) return false;
  return !(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() === undefined;
}

/**
 * What a caller hears of a write that failed: it may be done. That no server could be found says nothing, because the driver
 * says it of the second attempt too, when the first may have landed.
 */
export function unknownOutcome(error: unknown): unknown {
  if (!(error instanceof MongoError) || error instanceof MongoInvalidArgumentError) return error;
  return fail("ERR_MISSION_FAILED", undefined, { cause: error });
}

/** What a caller hears of a read, or of a step before the write, that failed. */
export function nothingDone(error: unknown): unknown {
  return error instanceof MongoError ? fail("ERR_OPERATION_FAILED", undefined, { cause: error }) : error;
}

/** A store whose reads fail as "nothing done" and whose writes fail as "unknown". */
export function withStoreErrors<T extends object>(store: T, writes: readonly (keyof T)[]): T {
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      const meaning = writes.includes(name as keyof T) ? unknownOutcome : nothingDone;
      return async (...args: unknown[]): Promise<unknown> => {
        try {
          return await (Reflect.apply(member, target, args) as Promise<unknown>);
        } catch (error) {
          throw meaning(error);
        }
      };
    },
  });
}
