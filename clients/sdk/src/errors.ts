import { ErrorCode, type ErrorDetail } from "@parlance/proto/errors/v1/errors";

export interface ExceptionInit {
  readonly message?: string;
  /** Field name to what is wrong with it. */
  readonly details?: Readonly<Record<string, string>>;
  /** Values such as `limit`, `permission`, `retryAfterMs`. */
  readonly params?: Readonly<Record<string, string>>;
  readonly retryable?: boolean;
  /** 0 when nothing is known. */
  readonly retryAfterMs?: number;
}

/** What every method of the SDK rejects with, and what listeners are told (chat.md 1.2.10, 33). */
export class ParlanceException extends Error {
  /** Catalogue code, for example `ERR_UID_NOT_FOUND`. */
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
  /** The same call may be repeated after a wait; a send with the same muid. */
  readonly retryable: boolean;
  readonly retryAfterMs: number;

  constructor(code: string, { message, details = {}, params = {}, retryable = false, retryAfterMs = 0 }: ExceptionInit = {}) {
    super(message ?? LOCAL_TEXTS[code] ?? code);
    this.name = code;
    this.code = code;
    this.details = details;
    this.params = params;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
  }
}

const LOCAL_TEXTS: Readonly<Record<string, string>> = {
  NOT_INITIALIZED: "Call init first.",
  USER_NOT_LOGGED_IN: "Log in first.",
  LOGIN_IN_PROGRESS: "A login is running.",
  ALREADY_LOGGED_IN: "Another user is logged in; log out first.",
  REQUEST_IN_PROGRESS: "The page before is still being fetched.",
  NO_WEBSOCKET_CONNECTION: "This needs a connection.",
  WS_CONNECTION_FAIL: "The connection could not be made or was lost.",
  FAILED_TO_FETCH: "The server could not be reached.",
  ERR_MISSION_FAILED: "No answer came in time; whether it was done is not known.",
};

const LOCAL_RETRYABLE: ReadonlySet<string> = new Set([
  "NO_INTERNET_CONNECTION", "NO_WEBSOCKET_CONNECTION", "WS_CONNECTION_FAIL", "FAILED_TO_FETCH", "ERR_MISSION_FAILED",
  "ERR_TOO_MANY_REQUESTS",
]);

/** An error made here. */
export function failure(code: string, init: ExceptionInit = {}): ParlanceException {
  return new ParlanceException(code, { retryable: LOCAL_RETRYABLE.has(code), ...init });
}

export function fromDetail(detail: ErrorDetail): ParlanceException {
  const code = ErrorCode[detail.code] ?? "UNKNOWN_ERROR_OCCURRED";
  return new ParlanceException(code, {
    message: detail.message, details: detail.fields, params: detail.params,
    retryable: detail.retryable, retryAfterMs: detail.retryAfterMs,
  });
}

/** Whatever was thrown, as an exception of ours. */
export function toException(error: unknown): ParlanceException {
  if (error instanceof ParlanceException) return error;
  return failure("UNKNOWN_ERROR_OCCURRED", error instanceof Error ? { message: error.message } : {});
}
