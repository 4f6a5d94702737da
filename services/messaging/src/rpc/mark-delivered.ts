import type { CallContext } from "@parlance/platform/rpc";
import type { MarkDeliveredRequest, MarkDeliveredResponse } from "@parlance/proto/messaging/v1/rpc";
import { mark, type MarkDeps } from "../steps/marks.js";

/** chat.md 19. */
export async function markDelivered(deps: MarkDeps, request: MarkDeliveredRequest, context: CallContext): Promise<MarkDeliveredResponse> {
  return { conversation: await mark(deps, "delivered", request, context) };
}
