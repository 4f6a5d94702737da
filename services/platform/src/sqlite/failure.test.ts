import { expect, test } from "vitest";
import { fail } from "../errors/index.js";
import { fromFailure, toCommitFailure, toFailure } from "./failure.js";

const sqliteError = (errcode: number) => Object.assign(new Error("disk I/O error"), { errcode });
const SQLITE_IOERR_FSYNC = 1034;
const SQLITE_FULL = 13;
const SQLITE_CONSTRAINT_UNIQUE = 2067;

test("an AppError keeps everything a caller may see", () => {
  const error = fail("ERR_TOO_MANY_REQUESTS", "wait", { fields: { a: "b" }, params: { limit: 5 }, retryAfterMs: 9 });
  expect(fromFailure(structuredClone(toFailure(error)))).toMatchObject({
    name: "ERR_TOO_MANY_REQUESTS", message: "wait", fields: { a: "b" }, params: { limit: 5 }, retryAfterMs: 9,
  });
});

test("errors of the disk may be repeated, errors of a command are defects, and neither shows its text to callers", () => {
  expect(fromFailure(toFailure(sqliteError(SQLITE_FULL)))).toMatchObject({ name: "ERR_OPERATION_FAILED" });
  const defect = fromFailure(toFailure(sqliteError(SQLITE_CONSTRAINT_UNIQUE)));
  expect(defect).toMatchObject({ name: "ERR_EXCEPTION", cause: { message: "disk I/O error" } });
  expect(defect.message).not.toContain("disk");
});

test("P3: after an I/O error in the commit itself the outcome is unknown; after a full disk it is not", () => {
  expect(fromFailure(toCommitFailure(sqliteError(SQLITE_IOERR_FSYNC)))).toMatchObject({ name: "ERR_MISSION_FAILED" });
  expect(fromFailure(toCommitFailure(sqliteError(SQLITE_FULL)))).toMatchObject({ name: "ERR_OPERATION_FAILED" });
});
