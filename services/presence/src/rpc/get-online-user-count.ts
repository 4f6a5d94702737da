import type { Handler } from "@parlance/platform/rpc";
import type { GetOnlineUserCountRequest, GetOnlineUserCountResponse } from "@parlance/proto/presence/v1/presence";
import type { PresenceContext } from "../context.js";

type Deps = Pick<PresenceContext, "registry">;

export function getOnlineUserCount({ registry }: Deps): Handler<GetOnlineUserCountRequest, GetOnlineUserCountResponse> {
  return (_, { app }) => ({ count: registry.onlineCount(app) });
}
