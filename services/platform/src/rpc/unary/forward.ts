import { AppError, fail } from "../../errors/index.js";
import type { RpcChannel } from "../channel.js";
import type { OutgoingContext } from "../context.js";
import type { Done } from "../running-call.js";

/** What a binding needs to answer calls: a server's own handlers, or a channel to others. */
export interface Dispatcher {
  /** Names of the RPCs, `area.Rpc`. */
  readonly methods: Iterable<string>;
  /** As RpcServer.start. */
  start(method: string, request: Uint8Array, context: OutgoingContext, done: Done): { cancel(): void } | undefined;
}

const NOTHING = new Uint8Array(0);

/** Calls of outsiders, who may come to any pod, go to the owner, whose pipeline checks and records them. */
export function forwardTo(channel: RpcChannel, methods: Iterable<string>): Dispatcher {
  return {
    methods: [...methods],
    start(method, request, context, done) {
      const controller = new AbortController();
      void answer(channel.call(method, request, { ...context, signal: controller.signal }), done);
      return { cancel: () => controller.abort() };
    },
  };
}

async function answer(call: Promise<Uint8Array>, done: Done): Promise<void> {
  let response: Uint8Array;
  try {
    response = await call;
  } catch (error) {
    return done(error instanceof AppError ? error : fail("ERR_EXCEPTION", undefined, { cause: error }), NOTHING);
  }
  done(undefined, response);
}
