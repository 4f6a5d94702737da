export { AppError, fail, type ErrorExtras } from "./app-error.js";
export { grpcStatusOf, httpStatusOf } from "./catalogue.js";
export { fromErrorDetail, isRetryable, toErrorDetail } from "./detail.js";
export { ErrorCode, type ErrorDetail } from "@parlance/proto/errors/v1/errors";
export type { ErrorName } from "@parlance/proto/contract";
