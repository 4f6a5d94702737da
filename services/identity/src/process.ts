// Identity as a process of a cluster.
import type { Environment } from "@parlance/platform/config";
import type { Lifecycle } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import { mongoSettings } from "@parlance/platform/mongo";
import {
  clusterTransport, listenSettings, openEventLog, openStore, readProcessConfig, serviceLifecycle, surroundings,
} from "@parlance/platform/process";
import { RpcServer } from "@parlance/platform/rpc";
import { identitySettings } from "./config.js";
import { createIdentityService } from "./service.js";
import { identityMongoStorage } from "./store/mongo/storage.js";

export async function createIdentityProcess(env: Environment, log: Log): Promise<Lifecycle> {
  const config = readProcessConfig([mongoSettings, listenSettings, identitySettings], env);
  const transport = await clusterTransport(config);
  const around = surroundings(log);
  const [eventLog, mongo] = [await openEventLog(config, around), await openStore(config, around)];
  const rpc = new RpcServer(around);
  const identity = createIdentityService({
    ...around, config, eventLog, deadLetters: eventLog.deadLetters, storage: identityMongoStorage(mongo),
  });
  identity.register(rpc);
  return serviceLifecycle({
    config, surroundings: around, transport, rpc, eventLog,
    authenticate: identity.authenticate,
    before: [mongo], service: identity.components,
    checks: { store: () => mongo.answers() },
  });
}
