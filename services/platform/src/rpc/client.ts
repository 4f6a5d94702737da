import type { RpcChannel } from "./channel.js";
import type { OutgoingContext } from "./context.js";
import { methodNameOf } from "./contract.js";
import { codecOf, type MethodShape, type RequestOf, type ResponseOf, type ServiceShape } from "./service-shape.js";

/** One promise-returning function per RPC. */
export type Client<S extends ServiceShape> = {
  readonly [K in keyof S]: (request: RequestOf<S[K]>, context: OutgoingContext) => Promise<ResponseOf<S[K]>>;
};

type UntypedCall = (request: unknown, context: OutgoingContext) => Promise<unknown>;

function callOf(method: MethodShape, channel: RpcChannel): UntypedCall {
  const name = methodNameOf(method.path);
  const codec = codecOf(method);
  return async (request, context) => codec.decodeResponse(await channel.call(name, codec.encodeRequest(request), context));
}

/** A typed client; made once per target, in `service.ts` (G1). Streaming RPCs are the bindings' own and have no client. */
export function createClient<S extends ServiceShape>(service: S, channel: RpcChannel): Client<S> {
  const calls = Object.entries(service).map(([name, method]) => [name, callOf(method, channel)]);
  return Object.fromEntries(calls) as Client<S>;
}
