import { uid } from "@parlance/platform/ids";
import type { Handler } from "@parlance/platform/rpc";
import type { SubscribePresenceRequest, SubscribePresenceResponse } from "@parlance/proto/presence/v1/presence";
import type { PresenceContext } from "../context.js";

type Deps = Pick<PresenceContext, "registry">;

/** The interest set is the gateway's, which enters the users when this has answered. */
export function subscribePresence({ registry }: Deps): Handler<SubscribePresenceRequest, SubscribePresenceResponse> {
  return ({ uids }, { app }) => ({ presences: uids.map((id) => ({ uid: id, ...registry.status(app, uid(id)) })) });
}
