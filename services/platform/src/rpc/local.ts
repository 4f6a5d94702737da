import { fail } from "../errors/index.js";
import type { RpcChannel } from "./channel.js";
import { whenCancelled, type OutgoingContext } from "./context.js";
import type { RpcServer } from "./server.js";

/**
 * Calls servers of this process: the first that has the method. Bytes cross as they would between processes, so that
 * nothing works here that fails there.
 */
export function createLocalChannel(...servers: readonly RpcServer[]): RpcChannel {
  const first = servers[0];
  if (first === undefined) throw new Error("a local channel needs a server");
  let closed = false;
  return {
    call(method: string, request: Uint8Array, context: OutgoingContext): Promise<Uint8Array> {
      if (closed) return Promise.reject(fail("ERR_OPERATION_FAILED", "The channel is closed."));
      const server = first.handles(method) ? first : servers.find((one) => one.handles(method)) ?? first;
      return localCall(server, method, request, context);
    },
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
}

function localCall(
  server: RpcServer, method: string, request: Uint8Array, context: OutgoingContext,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let over = false;
    let stopListening: (() => void) | undefined;
    const call = server.start(method, request, context, (error, response) => {
      over = true;
      stopListening?.();
      if (error === undefined) resolve(response);
      else reject(error);
    });
    if (call !== undefined && !over) stopListening = whenCancelled(context, () => call.cancel());
  });
}
