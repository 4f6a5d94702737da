// Messaging as a process of a cluster.
import type { Environment } from "@parlance/platform/config";
import type { Lifecycle } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import { mongoSettings } from "@parlance/platform/mongo";
import {
  clusterTransport, createAuthenticate, listenSettings, openEventLog, openPeers, openStore, readProcessConfig,
  serviceLifecycle, surroundings, verifyOver,
} from "@parlance/platform/process";
import { forwardTo, RpcServer } from "@parlance/platform/rpc";
import { messagingSettings } from "./config.js";
import { createMessagingService } from "./service.js";
import { messagingMongoStorage } from "./store/mongo/mongo-storage.js";

/** Ids of pods that took the same number by chance collide at worst, and are then drawn anew (reliability.md W11). */
const NODES = 16;

export async function createMessagingProcess(env: Environment, log: Log): Promise<Lifecycle> {
  const config = readProcessConfig([mongoSettings, listenSettings, messagingSettings], env);
  const transport = await clusterTransport(config);
  const around = surroundings(log);
  const peers = openPeers(["identity", "group", "messaging"], config, transport, around);
  const [eventLog, mongo] = [await openEventLog(config, around), await openStore(config, around)];
  const rpc = new RpcServer(around);
  const messaging = createMessagingService({
    ...around, identity: peers.channels.identity, group: peers.channels.group, config, eventLog,
    storage: messagingMongoStorage(mongo, around.random),
    node: config.messagingNode ?? around.random.int(NODES),
  });
  messaging.register(rpc);
  return serviceLifecycle({
    config, surroundings: around, transport, rpc, eventLog,
    outside: forwardTo(peers.channels.messaging, rpc.methods),
    authenticate: createAuthenticate(verifyOver(peers.channels.identity, "messaging", around.random)),
    before: [peers.component, mongo], service: messaging.components,
    checks: { store: () => mongo.answers() },
  });
}
