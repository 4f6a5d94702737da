import type { RpcChannel } from "@parlance/platform/rpc";
import { createClient } from "@parlance/platform/rpc";
import { GroupServiceService } from "@parlance/proto/group/v1/group_service";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";

/** The services this one calls. */
export function createClients(channels: { readonly identity: RpcChannel; readonly group: RpcChannel }) {
  return {
    identity: createClient(IdentityServiceService, channels.identity),
    group: createClient(GroupServiceService, channels.group),
  };
}

export type MessagingClients = ReturnType<typeof createClients>;
