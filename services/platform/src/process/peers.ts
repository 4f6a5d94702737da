import { ConfigError } from "../config/index.js";
import type { Component } from "../lifecycle/index.js";
import { createExchangeChannel, createPodChannel, createPods, parsePodAddresses, type PodAddresses, type RpcChannel } from "../rpc/index.js";
import type { Surroundings } from "./base.js";
import type { PodSettings } from "./settings.js";
import type { ClusterTransport } from "./transport.js";

export type ServiceName = "identity" | "group" | "messaging" | "presence";

const SETTING: Readonly<Record<ServiceName, { readonly key: keyof PodSettings; readonly env: string }>> = {
  identity: { key: "identityPods", env: "PARLANCE_IDENTITY_PODS" },
  group: { key: "groupPods", env: "PARLANCE_GROUP_PODS" },
  messaging: { key: "messagingPods", env: "PARLANCE_MESSAGING_PODS" },
  presence: { key: "presencePods", env: "PARLANCE_PRESENCE_PODS" },
};

export type Peers<Name extends ServiceName> = {
  /** One channel over all pods of a service. */
  readonly channels: Readonly<Record<Name, RpcChannel>>;
  /** To be started before what calls, and so stopped after it. */
  readonly component: Component;
};

/** Channels to the services this process calls. */
export function openPeers<Name extends ServiceName>(
  names: readonly Name[], config: PodSettings, transport: ClusterTransport, { clock, random, log, metrics }: Surroundings,
): Peers<Name> {
  const missing = names.filter((name) => config[SETTING[name].key].length === 0);
  if (missing.length > 0) throw new ConfigError(missing.map((name) => `${SETTING[name].env} is not set: expected where ${name} answers`));
  const opened = names.map((name) => {
    const addresses = addressesOf(name, config);
    const pods = createPods({ addresses: config[SETTING[name].key], clock, log });
    const serverName = addresses.kind === "named" ? addresses.name : undefined;
    const open = (address: string) =>
      createExchangeChannel({ ...transport, target: name, address, serverName, clock, random, log });
    return { name, pods, channel: createPodChannel({ target: name, pods, open, clock, random, log, metrics }) };
  });
  return {
    channels: Object.fromEntries(opened.map(({ name, channel }) => [name, channel as RpcChannel])) as Record<Name, RpcChannel>,
    component: {
      name: "peers",
      start: async () => {
        await Promise.all(opened.map(({ pods }) => pods.start()));
      },
      stop: async () => {
        await Promise.all(opened.map(async ({ pods, channel }) => {
          await channel.close();
          await pods.stop();
        }));
      },
    },
  };
}

function addressesOf(name: ServiceName, config: PodSettings): PodAddresses {
  try {
    return parsePodAddresses(config[SETTING[name].key]);
  } catch (error) {
    throw new ConfigError([`${SETTING[name].env}: ${(error as Error).message}`]);
  }
}
