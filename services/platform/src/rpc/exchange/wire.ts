import type { MethodDefinition } from "@grpc/grpc-js";
import { ExchangeRequest, ExchangeResponse, ExchangeServiceService } from "@parlance/proto/exchange/v1/exchange";
import { createWriters } from "@parlance/proto/writer";
import { asBuffer } from "../transport.js";

/** Calls or replies in one frame (CG12). */
export const BATCH_ITEMS_MAX = 64;
/** A frame takes no further item beyond this; one item alone may be as large as a message may be. */
export const BATCH_BYTES_MAX = 1_048_576;
/** Largest request or response: what one gRPC message may be (CG7), less the frame around it. */
export const PAYLOAD_BYTES_MAX = 4 * 1_048_576 - 16_384;
/** Calls that may run on one stream (Q7). */
export const CREDIT = 1_024;
export const PING_MS = 1_000;
export const DEAD_AFTER_MS = 3_000;

/** The RPC as grpc-js wants it; ts-proto's own constant copies every frame twice more. */
export function exchangeMethod(): MethodDefinition<ExchangeRequest, ExchangeResponse> {
  const writer = createWriters();
  return {
    path: ExchangeServiceService.exchange.path,
    requestStream: true,
    responseStream: true,
    requestSerialize: (frame) => asBuffer(ExchangeRequest.encode(frame, writer()).finish()),
    requestDeserialize: (bytes) => ExchangeRequest.decode(bytes),
    responseSerialize: (frame) => asBuffer(ExchangeResponse.encode(frame, writer()).finish()),
    responseDeserialize: (bytes) => ExchangeResponse.decode(bytes),
  };
}
