import type { Handler } from "@parlance/platform/rpc";
import type { RenewLeaseRequest, RenewLeaseResponse } from "@parlance/proto/presence/v1/presence";
import type { PresenceContext } from "../context.js";

type Deps = Pick<PresenceContext, "registry">;

export function renewLease({ registry }: Deps): Handler<RenewLeaseRequest, RenewLeaseResponse> {
  return ({ gatewayId, connections }) => ({ replaceWanted: registry.renew(gatewayId, connections) });
}
