import type { Handler } from "@parlance/platform/rpc";
import type {
  ConnectionChange as WireChange, ReportConnectionsRequest, ReportConnectionsResponse,
} from "@parlance/proto/presence/v1/presence";
import type { PresenceContext } from "../context.js";
import { toOpenConnection } from "../domain/connection.js";
import type { ConnectionChange } from "../domain/user-presence.js";

type Deps = Pick<PresenceContext, "registry">;

export function reportConnections({ registry }: Deps): Handler<ReportConnectionsRequest, ReportConnectionsResponse> {
  return ({ gatewayId, number, changes }) => ({
    replaceWanted: registry.report(gatewayId, number, changes.flatMap(toChange)),
  });
}

function toChange({ connection, closed, final }: WireChange): ConnectionChange[] {
  const open = toOpenConnection(connection);
  return open === undefined ? [] : [{ connection: open, closed, final }];
}
