import { createClient, type RpcChannel } from "@parlance/platform/rpc";
import { EventSinkServiceService } from "@parlance/proto/event/v1/event_sink_service";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";

/** The services this one calls. */
export function createClients(channels: { readonly identity: RpcChannel; readonly messaging: RpcChannel }) {
  return {
    identity: createClient(IdentityServiceService, channels.identity),
    eventSink: createClient(EventSinkServiceService, channels.messaging),
  };
}

export type GroupClients = ReturnType<typeof createClients>;
