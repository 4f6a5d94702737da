import type { ErrorName } from "@parlance/platform/errors";
import type { Route } from "../routes/route.js";

const EVERY: readonly ErrorName[] = [
  "ERR_BAD_REQUEST", "ERROR_LIMIT_EXCEEDED", "ERR_PAYLOAD_TOO_LARGE", "ERR_UNSUPPORTED_MEDIA_TYPE",
  "ERR_TOO_MANY_REQUESTS", "ERR_EXCEPTION",
  "ERR_NOT_IMPLEMENTED", "ERR_OPERATION_FAILED", "ERR_MISSION_FAILED", "AUTH_ERR_NO_ACCESS", "AUTH_ERR_APIKEY_NOT_FOUND",
];
const OF_APPS: readonly ErrorName[] = [
  "AUTH_ERR_EMPTY_APIKEY", "AUTH_ERR_EMPTY_AUTH_TOKEN", "AUTH_ERR_AUTH_TOKEN_NOT_FOUND",
  "AUTH_ERR_AUTH_TOKEN_EXPIRED", "AUTH_ERR_INVALID_APPID",
  "ERR_SUBSCRIPTION_EXPIRED",
];

/** Codes an operation may answer: those of every operation and its own. */
export function errorCodesOf({ callers, onBehalfOf, errors }: Pick<Route, "callers" | "onBehalfOf" | "errors">): readonly ErrorName[] {
  const surface: readonly ErrorName[] = callers.includes("M") ? ["AUTH_ERR_EMPTY_AUTH_HEADER"] : OF_APPS;
  const acting: readonly ErrorName[] = onBehalfOf === undefined ? [] : ["ERR_UID_NOT_FOUND"];
  return [...new Set([...EVERY, ...surface, ...acting, ...errors])];
}
