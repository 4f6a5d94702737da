import type { CallContext } from "@parlance/platform/rpc";
import type { MarkReadRequest, MarkReadResponse } from "@parlance/proto/messaging/v1/rpc";
import { mark, type MarkDeps } from "../steps/marks.js";

/** chat.md 19; read implies delivered. */
export async function markRead(deps: MarkDeps, request: MarkReadRequest, context: CallContext): Promise<MarkReadResponse> {
  return { conversation: await mark(deps, "read", request, context) };
}
