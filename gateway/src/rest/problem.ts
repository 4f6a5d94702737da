// Errors as v3 clients read them (rest.md 2.12, 6). The status is a function of the code; a code that REST does not have
// becomes the one that says the same there.

import { AppError, fail, httpStatusOf, toErrorDetail, type ErrorDetail, type ErrorName } from "@parlance/platform/errors";
import { ErrorCode } from "@parlance/proto/errors/v1/errors";
import type { HttpAnswer } from "../ws/transport.js";
import { present } from "./entities/values.js";
import { isRestCode } from "./error-codes.js";

const DECIMAL = /^\d{1,15}$/;
const LEAST_WAIT_MS = 1_000;

/** What an error answer says. */
export function problemOf(thrown: unknown, requestId: string): Required<Pick<HttpAnswer, "status" | "body" | "headers">> {
  const error = restError(thrown);
  const detail = toErrorDetail(error);
  const status = httpStatusOf(detail.code);
  const body = JSON.stringify({
    error: present({
      code: ErrorCode[detail.code], message: detail.message, devMessage: detail.message, source: "chat-api",
      details: detailsOf(detail), params: paramsOf(detail), requestId,
    }),
  });
  return { status, body, headers: waits(status, detail) };
}

function restError(thrown: unknown): unknown {
  if (!(thrown instanceof AppError) || isRestCode(thrown.name)) return thrown;
  const { message, fields, params } = thrown;
  return fail(
    substituteOf(httpStatusOf(thrown.code)), message,
    { ...(fields === undefined ? {} : { fields }), ...(params === undefined ? {} : { params }) },
  );
}

function substituteOf(status: number): ErrorName {
  switch (status) {
    case 400: case 409: return "ERR_BAD_REQUEST";
    case 401: return "AUTH_ERR_EMPTY_APIKEY";
    case 403: return "AUTH_ERR_NO_ACCESS";
    case 503: return "ERR_OPERATION_FAILED";
    default: return "ERR_EXCEPTION";
  }
}

function waits(status: number, { retryAfterMs }: ErrorDetail): Record<string, string> {
  if (status !== 429 && status !== 503 && status !== 504) return {};
  return { "retry-after": String(Math.ceil(Math.max(LEAST_WAIT_MS, retryAfterMs) / 1_000)) };
}

/** Field names of the RPC that REST writes otherwise. */
const RENAMED: Readonly<Record<string, string>> = {
  receiverId: "receiver", keyId: "apiKey", pageSize: "perPage", parentMessageId: "parentId", bannedUids: "usersToBan", messageId: "id",
  conversationWith: "uid",
};
const CONTENT = /^(text|media|custom|interactive|caption)\.(.*)$/;

function restField(field: string): string {
  const [, , inner] = CONTENT.exec(field) ?? [];
  const name = (inner ?? field).replace(/Json$/, "");
  return inner === undefined ? RENAMED[name] ?? name : `data.${name}`;
}

/** The field that is taken, for conflicts that do not say it themselves. */
const TAKEN: Readonly<Partial<Record<ErrorCode, string>>> = {
  [ErrorCode.ERR_UID_ALREADY_EXISTS]: "uid", [ErrorCode.ERR_GUID_ALREADY_EXISTS]: "guid", [ErrorCode.ERR_MUID_CONFLICT]: "muid",
};

function detailsOf({ code, fields }: ErrorDetail): Record<string, readonly string[]> | undefined {
  const names = Object.entries(fields);
  if (names.length > 0) return Object.fromEntries(names.map(([field, text]) => [restField(field), [text]]));
  const taken = TAKEN[code];
  return taken === undefined ? undefined : { [taken]: ["is taken"] };
}

/** Params cross as text; numbers are numbers again. */
function paramsOf({ params }: ErrorDetail): Record<string, string | number> | undefined {
  const entries = Object.entries(params);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([name, value]) => [name, DECIMAL.test(value) ? Number(value) : value]));
}
