import { createClient, type Client, type RpcChannel } from "@parlance/platform/rpc";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";

/** The services that presence calls. */
export interface PresenceClients {
  readonly identity: Pick<Client<typeof IdentityServiceService>, "resolveUsers">;
}

export function createClients(identity: RpcChannel): PresenceClients {
  return { identity: createClient(IdentityServiceService, identity) };
}
