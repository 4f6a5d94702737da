import { GroupServiceService } from "@parlance/proto/group/v1/group_service";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";
import { PresenceServiceService } from "@parlance/proto/presence/v1/presence_service";
import type { AppId, Uid } from "@parlance/platform/ids";
import { createClient, type Client, type OutgoingContext, type RpcChannel, type Traced } from "@parlance/platform/rpc";

/** One channel per service; they may be the same one. */
export interface GatewayChannels {
  readonly identity: RpcChannel;
  readonly group: RpcChannel;
  readonly messaging: RpcChannel;
  readonly presence: RpcChannel;
}

/** What the gateway itself calls. */
export interface GatewayClients {
  readonly identity: Pick<Client<typeof IdentityServiceService>, "verifyAuthToken">;
  readonly group: Pick<Client<typeof GroupServiceService>, "listJoinedGuids">;
  readonly presence: Pick<
    Client<typeof PresenceServiceService>,
    "signalTyping" | "sendTransient" | "reportConnections" | "replaceConnections" | "renewLease"
  >;
}

export function createClients(channels: GatewayChannels): GatewayClients {
  return {
    identity: createClient(IdentityServiceService, channels.identity),
    group: createClient(GroupServiceService, channels.group),
    presence: createClient(PresenceServiceService, channels.presence),
  };
}

const PEER = "gateway";

/** The gateway calls for itself, or forwards what a user did. */
export function ownContext(
  app: AppId, { requestId, traceParent }: Traced, onBehalfOf?: Uid,
): OutgoingContext {
  return { app, requestId, traceParent, caller: { kind: "internal", peer: PEER, onBehalfOf } };
}
