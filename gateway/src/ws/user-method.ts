import { fail } from "@parlance/platform/errors";
import { contractTable, type RpcChannel } from "@parlance/platform/rpc";
import type { MethodContract } from "@parlance/proto/contract-types";
import type { GatewayChannels } from "../clients.js";

/** The contract of a method users may call. Throws ERR_API_NOT_FOUND or AUTH_ERR_NO_ACCESS. */
export function userMethod(name: string): MethodContract {
  const contract = Object.hasOwn(contractTable.methods, name) ? contractTable.methods[name] : undefined;
  if (contract === undefined) throw fail("ERR_API_NOT_FOUND");
  if (!contract.access.includes("USER")) throw fail("AUTH_ERR_NO_ACCESS");
  return contract;
}

export function channelOf(channels: GatewayChannels, { service }: MethodContract): RpcChannel {
  switch (service) {
    case "identity": case "group": case "messaging": case "presence": return channels[service];
    default: throw fail("ERR_API_NOT_FOUND");
  }
}
