import type { Handler } from "@parlance/platform/rpc";
import type {
  Connection, ReplaceConnectionsRequest, ReplaceConnectionsResponse,
} from "@parlance/proto/presence/v1/presence";
import type { PresenceContext } from "../context.js";
import { toOpenConnection } from "../domain/connection.js";
import type { OpenConnection } from "../domain/user-presence.js";

type Deps = Pick<PresenceContext, "registry">;

export function replaceConnections({ registry }: Deps): Handler<ReplaceConnectionsRequest, ReplaceConnectionsResponse> {
  return ({ gatewayId, number, connections }) => {
    registry.replace(gatewayId, number, connections.flatMap(named));
    return {};
  };
}

function named(connection: Connection): OpenConnection[] {
  const open = toOpenConnection(connection);
  return open === undefined ? [] : [open];
}
