import { Client, Metadata, type ServiceError } from "@grpc/grpc-js";
import { CallContext as WireContext } from "@parlance/proto/exchange/v1/exchange";
import { fail } from "../../errors/index.js";
import type { Clock } from "../../time/index.js";
import type { RpcChannel } from "../channel.js";
import { contractTable, deadlineOf, methodContract } from "../contract.js";
import { whenCancelled, type OutgoingContext } from "../context.js";
import { asBuffer, channelCredentials, clientOptions, SECRET_METADATA, type TransportOptions } from "../transport.js";
import { toWire } from "../wire-context.js";
import { CONTEXT_METADATA } from "./credentials.js";
import { fromGrpcError } from "./status.js";

export interface UnaryChannelOptions extends TransportOptions {
  /** `host:port`; a name that stands for several pods is balanced over all of them. */
  readonly address: string;
  readonly secret: string;
  readonly clock: Clock;
}

const roundRobin = JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] });

function metadataOf(secret: string, context: OutgoingContext, remainingMs: number): Metadata {
  const metadata = new Metadata();
  metadata.set(SECRET_METADATA, secret);
  metadata.set(CONTEXT_METADATA, asBuffer(WireContext.encode(toWire(context, remainingMs)).finish()));
  metadata.set("x-request-id", context.requestId);
  if (context.traceParent !== undefined) metadata.set("traceparent", context.traceParent);
  return metadata;
}

/**
 * Calls of our own processes over plain unary gRPC, for what is not on the hot path: it fills the caller's core at a few
 * thousand calls a second (G2).
 */
export function createUnaryChannel(options: UnaryChannelOptions): RpcChannel {
  const { address, secret, clock } = options;
  const client = new Client(`dns:///${address}`, channelCredentials(address, options), {
    ...clientOptions(options), "grpc.service_config": roundRobin,
  });
  return {
    call(method: string, request: Uint8Array, context: OutgoingContext): Promise<Uint8Array> {
      if (!Object.hasOwn(contractTable.methods, method)) return Promise.reject(fail("ERR_API_NOT_FOUND"));
      const contract = methodContract(contractTable, method);
      const now = clock.now();
      const deadline = deadlineOf(contract, context, now);
      const metadata = metadataOf(secret, context, deadline - now);
      return new Promise((resolve, reject) => {
        const done = (error: ServiceError | null, response?: Uint8Array) => {
          stopListening();
          if (error !== null) reject(fromGrpcError(error));
          else resolve(response ?? new Uint8Array(0));
        };
        const call = client.makeUnaryRequest<Uint8Array, Uint8Array>(
          contract.path, asBuffer, (bytes) => bytes, request, metadata, { deadline }, done,
        );
        const stopListening = whenCancelled(context, () => call.cancel());
      });
    },
    close: () => {
      client.close();
      return Promise.resolve();
    },
  };
}
