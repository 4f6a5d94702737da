// Group as a process of a cluster.
import type { Environment } from "@parlance/platform/config";
import type { Lifecycle } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import { mongoSettings } from "@parlance/platform/mongo";
import {
  clusterTransport, createAuthenticate, listenSettings, openEventLog, openPeers, openStore, readProcessConfig,
  serviceLifecycle, surroundings, verifyOver,
} from "@parlance/platform/process";
import { RpcServer } from "@parlance/platform/rpc";
import { groupSettings } from "./config.js";
import { createGroupService } from "./service.js";
import { groupMongoStorage } from "./store/mongo/mongo-storage.js";

export async function createGroupProcess(env: Environment, log: Log): Promise<Lifecycle> {
  const config = readProcessConfig([mongoSettings, listenSettings, groupSettings], env);
  const transport = await clusterTransport(config);
  const around = surroundings(log);
  const peers = openPeers(["identity", "messaging"], config, transport, around);
  const [eventLog, mongo] = [await openEventLog(config, around), await openStore(config, around)];
  const rpc = new RpcServer(around);
  const group = createGroupService({
    ...around, ...peers.channels, config, eventLog, deadLetters: eventLog.deadLetters, storage: groupMongoStorage(mongo),
  });
  group.register(rpc);
  return serviceLifecycle({
    config, surroundings: around, transport, rpc, eventLog,
    authenticate: createAuthenticate(verifyOver(peers.channels.identity, "group", around.random)),
    before: [peers.component, mongo], service: group.components,
    checks: { store: () => mongo.answers() },
  });
}
