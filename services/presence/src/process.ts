// Presence as a process of a cluster. Its state is in memory, so there is one pod of it.
import type { Environment } from "@parlance/platform/config";
import type { Lifecycle } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import {
  clusterTransport, createAuthenticate, listenSettings, openEventLog, openPeers, readProcessConfig, serviceLifecycle,
  surroundings, verifyOver,
} from "@parlance/platform/process";
import { RpcServer } from "@parlance/platform/rpc";
import { presenceSettings } from "./config.js";
import { createPresenceService } from "./service.js";

export async function createPresenceProcess(env: Environment, log: Log): Promise<Lifecycle> {
  const config = readProcessConfig([listenSettings, presenceSettings], env);
  const transport = await clusterTransport(config);
  const around = surroundings(log);
  const peers = openPeers(["identity"], config, transport, around);
  const eventLog = await openEventLog(config, around);
  const rpc = new RpcServer(around);
  const presence = createPresenceService({ ...around, ...peers.channels, config, eventLog });
  presence.register(rpc);
  return serviceLifecycle({
    config, surroundings: around, transport, rpc, eventLog,
    authenticate: createAuthenticate(verifyOver(peers.channels.identity, "presence", around.random)),
    before: [peers.component], service: [presence],
    checks: {},
  });
}
