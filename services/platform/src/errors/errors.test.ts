import { errors } from "@parlance/proto/contract";
import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import {
  AppError, ErrorCode, fail, fromErrorDetail, grpcStatusOf, httpStatusOf, isRetryable, toErrorDetail, type ErrorName,
} from "./index.js";

const names = Object.keys(ErrorCode).filter(
  (name) => Number.isNaN(Number(name)) && name !== "UNSPECIFIED" && name !== "UNRECOGNIZED",
) as ErrorName[];

describe("AppError", () => {
  it("carries the catalogue's name, number and a text, also when raised by number", () => {
    const error = fail("ERR_UID_NOT_FOUND");
    expect(error).toBeInstanceOf(AppError);
    expect([error.name, error.code, error.message]).toEqual([
      "ERR_UID_NOT_FOUND", ErrorCode.ERR_UID_NOT_FOUND, "Uid not found.",
    ]);
    expect(fail(ErrorCode.ERR_UID_NOT_FOUND, "No such user.").message).toBe("No such user.");
  });

  it("keeps its cause for the log", () => {
    const cause = new Error("disk full");
    expect(fail("ERR_OPERATION_FAILED", undefined, { cause }).cause).toBe(cause);
  });
});

describe("the catalogue", () => {
  it("has an entry for every code, with a gRPC status that exists", () => {
    expect(names.length).toBeGreaterThan(100);
    expect(Object.keys(errors).sort()).toEqual([...names].sort());
    for (const name of names) {
      const contract = errors[name];
      expect([name, grpcStatusOf(ErrorCode[name])]).toEqual([name, status[contract.grpc as keyof typeof status]]);
    }
  });

  it("answers HTTP by code, and 500 for what no server answers", () => {
    expect(httpStatusOf(ErrorCode.ERR_UID_NOT_FOUND)).toBe(404);
    expect(httpStatusOf(ErrorCode.ERR_TOO_MANY_REQUESTS)).toBe(429);
    expect(httpStatusOf(ErrorCode.NOT_LOGGED_IN)).toBe(500);
    expect([grpcStatusOf(999 as ErrorCode), httpStatusOf(999 as ErrorCode)]).toEqual([2, 500]);
  });

  it("says which errors may be retried; never one that was not expected", () => {
    expect(isRetryable(fail("ERR_TOO_MANY_REQUESTS"))).toBe(true);
    expect(isRetryable(fail("ERR_BAD_REQUEST"))).toBe(false);
    expect(isRetryable(new Error("boom"))).toBe(false);
  });
});

describe("ErrorDetail", () => {
  it("brings every error back as it was, except its cause", () => {
    for (const name of names) {
      const error = fail(name, "Why.", {
        fields: { uid: "is too long" }, params: { limit: 5 }, retryAfterMs: 250, cause: new Error("secret"),
      });
      const back = fromErrorDetail(toErrorDetail(error));
      expect([back.name, back.message, back.retryAfterMs]).toEqual([name, "Why.", 250]);
      expect([back.fields, back.params, back.cause]).toEqual([{ uid: "is too long" }, { limit: "5" }, undefined]);
    }
  });

  it("shows the wait both as a number and among the params", () => {
    const detail = toErrorDetail(fail("ERR_TOO_MANY_REQUESTS", undefined, { retryAfterMs: 1_500 }));
    expect(detail).toMatchObject({ retryable: true, retryAfterMs: 1_500, params: { retryAfterMs: "1500" } });
  });

  it("tells nothing of what was not expected but that it happened", () => {
    for (const thrown of [new TypeError("at /srv/secret.js"), "text", undefined, { message: "driver" }]) {
      expect(toErrorDetail(thrown)).toEqual({
        code: ErrorCode.ERR_EXCEPTION, message: "Something unexpected went wrong.",
        fields: {}, params: {}, retryable: false, retryAfterMs: 0,
      });
    }
  });

  it("turns codes of a newer server into ERR_EXCEPTION", () => {
    const detail = { ...toErrorDetail(fail("ERR_BAD_REQUEST", "New.")), code: 9_999 as ErrorCode };
    expect(fromErrorDetail(detail)).toMatchObject({ name: "ERR_EXCEPTION", message: "New." });
    expect(fromErrorDetail({ ...detail, code: ErrorCode.UNSPECIFIED }).name).toBe("ERR_EXCEPTION");
  });
});
