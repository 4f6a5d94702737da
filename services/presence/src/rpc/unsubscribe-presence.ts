import type { Handler } from "@parlance/platform/rpc";
import type { UnsubscribePresenceRequest, UnsubscribePresenceResponse } from "@parlance/proto/presence/v1/presence";

/** The interest set is the gateway's; here is nothing to forget. */
export function unsubscribePresence(): Handler<UnsubscribePresenceRequest, UnsubscribePresenceResponse> {
  return () => ({});
}
