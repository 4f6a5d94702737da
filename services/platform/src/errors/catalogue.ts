import { errors } from "@parlance/proto/contract";
import type { ErrorContract } from "@parlance/proto/contract-types";
import { ErrorCode } from "@parlance/proto/errors/v1/errors";

// The numbers are fixed by the gRPC protocol; written down here so that worker threads, which need errors, do not
// load grpc-js.
const GRPC_STATUS: Readonly<Record<string, number>> = {
  OK: 0, CANCELLED: 1, UNKNOWN: 2, INVALID_ARGUMENT: 3, DEADLINE_EXCEEDED: 4, NOT_FOUND: 5, ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7, RESOURCE_EXHAUSTED: 8, FAILED_PRECONDITION: 9, ABORTED: 10, OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12, INTERNAL: 13, UNAVAILABLE: 14, DATA_LOSS: 15, UNAUTHENTICATED: 16,
};

/** The catalogue's entry of a code; undefined for numbers this build does not know. */
export function contractOf(code: ErrorCode): ErrorContract | undefined {
  const name = ErrorCode[code] as string | undefined;
  return name === undefined ? undefined : (errors as Readonly<Record<string, ErrorContract>>)[name];
}

export function grpcStatusOf(code: ErrorCode): number {
  return GRPC_STATUS[contractOf(code)?.grpc ?? "UNKNOWN"] ?? 2;
}

/** 500 for codes that no server answers. */
export function httpStatusOf(code: ErrorCode): number {
  const http = contractOf(code)?.http;
  return http === undefined || http === 0 ? 500 : http;
}
