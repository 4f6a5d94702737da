// `npm run cluster`: the cluster on this machine, with the keys of its first start, until Ctrl-C.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError, readConfig, type Environment } from "@parlance/platform/config";
import { Lifecycle, type Component } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import { systemClock } from "@parlance/platform/time";
import { clusterCommandDeclarations } from "./config.js";
import { readKept, writeKept } from "./kept.js";
import { createClusterProcesses, type ClusterProcesses } from "./processes.js";
import { superviseCluster } from "./supervisor.js";

const DATABASE = "parlance";
const TOPIC_PREFIX = "parlance.";

export async function createCluster(env: Environment, log: Log): Promise<Lifecycle> {
  const { clusterData, clusterGatewayPort, kafkaBrokers, mongodbUri } = readConfig(clusterCommandDeclarations, env);
  if (kafkaBrokers.length === 0 || mongodbUri === undefined) {
    throw new ConfigError(["PARLANCE_KAFKA_BROKERS and PARLANCE_MONGODB_URI are not both set: expected where Kafka and MongoDB are"]);
  }
  await mkdir(clusterData, { recursive: true, mode: 0o700 });
  const kept = await readKept(clusterData);
  const clock = systemClock();
  const cluster = await createClusterProcesses({
    kafkaBrokers: kafkaBrokers.join(","), mongodbUri, clock, log,
    gatewayPort: clusterGatewayPort, folder: join(clusterData, "logs"), database: DATABASE, topicPrefix: TOPIC_PREFIX,
    ...(kept === undefined ? {} : { secret: kept.secret, adminKey: kept.adminKey, app: kept }),
  });
  const lifecycle = new Lifecycle({ clock, log });
  lifecycle.add(superviseCluster(cluster, clock, log, () => writeKept(clusterData, cluster)));
  lifecycle.add(banner(cluster, clusterData));
  return lifecycle;
}

function banner(cluster: ClusterProcesses, folder: string): Component {
  return {
    name: "banner",
    start: async () => {
      const { appId, authKey, restApiKey, adminKey } = cluster.credentials;
      process.stdout.write([
        "",
        "  Parlance is running as a cluster.",
        "",
        ...cluster.gatewayUrls.map((url, at) => `  gateway ${at + 1}    ${url}  (${url.replace("http", "ws")}/v1/realtime)`),
        `  app          ${appId}`,
        `  auth key     ${authKey}`,
        `  REST key     ${restApiKey}`,
        `  admin key    ${adminKey}`,
        "  users        alice, bob, carol; group lobby",
        "",
        ...cluster.pods.map(({ name, pid, managementUrl }) => `  ${name.padEnd(12)} pid ${pid}  ${managementUrl}/metrics`),
        "",
        `  The same is in ${folder}/cluster.json, logs in ${folder}/logs. A pod that is killed is started again. Stop with Ctrl-C.`,
        "",
        "",
      ].join("\n"));
    },
    stop: async () => undefined,
  };
}
