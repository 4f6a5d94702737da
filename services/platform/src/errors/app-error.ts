import type { ErrorName } from "@parlance/proto/contract";
import { ErrorCode } from "@parlance/proto/errors/v1/errors";
import { defaultText } from "./texts.js";

export interface ErrorExtras {
  /** Field name to what is wrong with it. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Values such as limit and permission. */
  readonly params?: Readonly<Record<string, string | number>>;
  readonly retryAfterMs?: number;
  /** What made it fail; goes to the log, never to the caller. */
  readonly cause?: unknown;
}

/** An expected failure with a code of the catalogue. Everything else that is thrown is a defect or an accident. */
export class AppError extends Error {
  override readonly name: ErrorName;
  readonly code: ErrorCode;
  readonly fields?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly retryAfterMs?: number;

  constructor(code: ErrorCode, text: string | undefined, extras: ErrorExtras = {}) {
    const name = ErrorCode[code] as ErrorName;
    super(text ?? defaultText(name), extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = name;
    this.code = code;
    if (extras.fields !== undefined) this.fields = extras.fields;
    if (extras.params !== undefined) this.params = extras.params;
    if (extras.retryAfterMs !== undefined) this.retryAfterMs = extras.retryAfterMs;
  }
}

/**
 * Makes the error to throw: `throw fail("ERR_UID_NOT_FOUND")`. Texts are for people and name no secret, path or
 * driver.
 */
export function fail(code: ErrorCode | ErrorName, text?: string, extras?: ErrorExtras): AppError {
  return new AppError(typeof code === "string" ? ErrorCode[code] : code, text, extras);
}
