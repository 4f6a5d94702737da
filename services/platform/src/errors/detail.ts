import { ErrorCode, type ErrorDetail } from "@parlance/proto/errors/v1/errors";
import { AppError, type ErrorExtras } from "./app-error.js";
import { contractOf } from "./catalogue.js";
import { defaultText } from "./texts.js";

/** Whether the same call may be repeated after a wait. */
export function isRetryable(error: unknown): boolean {
  return error instanceof AppError && contractOf(error.code)?.retryable === true;
}

function paramsOf(error: AppError): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(error.params ?? {})) params[name] = String(value);
  if (error.retryAfterMs !== undefined) params["retryAfterMs"] = String(error.retryAfterMs);
  return params;
}

/** What a caller may know of an error: of one that is not an AppError only that it happened. */
export function toErrorDetail(error: unknown): ErrorDetail {
  if (!(error instanceof AppError)) {
    return {
      code: ErrorCode.ERR_EXCEPTION, message: defaultText("ERR_EXCEPTION"),
      fields: {}, params: {}, retryable: false, retryAfterMs: 0,
    };
  }
  return {
    code: error.code,
    message: error.message,
    fields: { ...error.fields },
    params: paramsOf(error),
    retryable: isRetryable(error),
    retryAfterMs: error.retryAfterMs ?? 0,
  };
}

/** The error a caller throws for an answer. Codes of a newer server, unknown here, become ERR_EXCEPTION. */
export function fromErrorDetail(detail: ErrorDetail): AppError {
  const code = contractOf(detail.code) === undefined ? ErrorCode.ERR_EXCEPTION : detail.code;
  const params = Object.fromEntries(Object.entries(detail.params).filter(([name]) => name !== "retryAfterMs"));
  const extras: ErrorExtras = {
    ...(Object.keys(detail.fields).length > 0 ? { fields: { ...detail.fields } } : {}),
    ...(Object.keys(params).length > 0 ? { params } : {}),
    ...(detail.retryAfterMs > 0 ? { retryAfterMs: detail.retryAfterMs } : {}),
  };
  return new AppError(code, detail.message === "" ? undefined : detail.message, extras);
}
