import { uid } from "@parlance/platform/ids";
import type { Handler } from "@parlance/platform/rpc";
import type { GetPresenceRequest, GetPresenceResponse } from "@parlance/proto/presence/v1/presence";
import type { PresenceContext } from "../context.js";

type Deps = Pick<PresenceContext, "registry">;

export function getPresence({ registry }: Deps): Handler<GetPresenceRequest, GetPresenceResponse> {
  return ({ uids }, { app }) => ({ presences: uids.map((id) => ({ uid: id, ...registry.status(app, uid(id)) })) });
}
