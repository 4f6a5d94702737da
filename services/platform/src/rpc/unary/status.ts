// An error as gRPC carries it: a status, and in `grpc-status-details-bin` a google.rpc.Status whose only detail is our
// ErrorDetail, so that callers in any language find the catalogue code.

import { Metadata, status, type ServiceError, type StatusObject } from "@grpc/grpc-js";
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { ErrorDetail } from "@parlance/proto/errors/v1/errors";
import { fail, fromErrorDetail, grpcStatusOf, toErrorDetail, type AppError, type ErrorName } from "../../errors/index.js";
import { asBuffer } from "../transport.js";

const DETAILS = "grpc-status-details-bin";
const TYPE_URL = "type.googleapis.com/parlance.errors.v1.ErrorDetail";
const VARINT = 0;
const DELIMITED = 2;

export function toGrpcStatus(error: AppError): Pick<StatusObject, "code" | "details" | "metadata"> {
  const detail = toErrorDetail(error);
  const code: number = grpcStatusOf(error.code);
  const writer = new BinaryWriter();
  writer.tag(1, VARINT).int32(code).tag(2, DELIMITED).string(detail.message);
  writer.tag(3, DELIMITED).fork();
  writer.tag(1, DELIMITED).string(TYPE_URL).tag(2, DELIMITED).bytes(ErrorDetail.encode(detail).finish());
  writer.join();
  const metadata = new Metadata();
  metadata.set(DETAILS, asBuffer(writer.finish()));
  return { code, details: detail.message, metadata };
}

/** The bytes of the first field with this number. */
function field(bytes: Uint8Array, number: number): Uint8Array | undefined {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [found, wireType] = reader.tag();
    if (found === number && wireType === DELIMITED) return reader.bytes();
    reader.skip(wireType, found);
  }
  return undefined;
}

function detailOf(error: ServiceError): ErrorDetail | undefined {
  const [bytes] = error.metadata?.get(DETAILS) ?? [];
  if (!(bytes instanceof Buffer)) return undefined;
  const any = field(bytes, 3);
  const value = any === undefined ? undefined : field(any, 2);
  return value === undefined ? undefined : ErrorDetail.decode(value);
}

/** grpc-js says this when it never had a connection to write to. */
const NEVER_SENT = /^(round_robin: )?No connection established|^Name resolution failed/;

/** What the transport itself says, in catalogue words. */
const TRANSPORT: ReadonlyMap<number, readonly [ErrorName, string?]> = new Map([
  [status.UNAVAILABLE, ["ERR_MISSION_FAILED", "The connection was lost."]],
  [status.DEADLINE_EXCEEDED, ["ERR_MISSION_FAILED", "The deadline passed."]],
  [status.CANCELLED, ["ERR_MISSION_FAILED", "The caller gave up."]],
  [status.RESOURCE_EXHAUSTED, ["ERR_PAYLOAD_TOO_LARGE"]],
  [status.UNIMPLEMENTED, ["ERR_NOT_IMPLEMENTED"]],
]);

function transportError(error: ServiceError): AppError {
  if (error.code === status.UNAVAILABLE && NEVER_SENT.test(error.details)) {
    return fail("ERR_OPERATION_FAILED", "The service cannot be reached.", { cause: error });
  }
  const [name, text] = TRANSPORT.get(error.code) ?? ["ERR_EXCEPTION"];
  return fail(name, text, { cause: error });
}

export function fromGrpcError(error: ServiceError): AppError {
  const detail = detailOf(error);
  return detail === undefined ? transportError(error) : fromErrorDetail(detail);
}
