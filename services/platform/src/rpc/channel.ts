import type { OutgoingContext } from "./context.js";

/**
 * Carries calls to one target. `call` takes the method by `area.Rpc` and the encoded request, answers the encoded
 * response, and rejects with AppError only: ERR_OPERATION_FAILED when the call surely did nothing, ERR_MISSION_FAILED
 * when that is unknown (deadline, lost connection), otherwise what the handler answered.
 */
export interface RpcChannel {
  call(method: string, request: Uint8Array, context: OutgoingContext): Promise<Uint8Array>;
  /** Idempotent; calls that still run are failed. */
  close(): Promise<void>;
}
