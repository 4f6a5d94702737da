// The cluster on this machine: Kafka and the MongoDB-protocol server of deploy/local, and every service a process of its own.

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClusterProcesses, type ClusterProcesses } from "@parlance/standalone/cluster";
import { newFolder, OPEN_ADMISSION, OPEN_LIMITS, type Credentials } from "./server.js";

export interface RunningCluster {
  readonly processes: ClusterProcesses;
  /** Of each gateway. */
  readonly credentials: readonly Credentials[];
  /** By name, Kafka and the store among them. */
  readonly pids: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

const servers = fileURLToPath(new URL("../../../deploy/local/cluster.mjs", import.meta.url));

/**
 * Kafka and the store. They live through all rounds, as those of an installation do: both run on a Java machine, which is
 * busy compiling for as long as a round lasts. Every cluster on them has a database and topics of its own.
 */
export class Servers {
  readonly #folder = newFolder();
  readonly #data = join(this.#folder, "servers");
  #clusters = 0;

  static start(): Servers {
    const servers = new Servers();
    local("start", servers.#data);
    return servers;
  }

  startCluster(settings: Readonly<Record<string, string>>): Promise<RunningCluster> {
    this.#clusters += 1;
    return startCluster({ data: this.#data, folder: join(this.#folder, `logs${this.#clusters}`), name: `bench${this.#clusters}`, settings });
  }

  stop(): void {
    local("stop", this.#data, "--wipe");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface ClusterParts {
  readonly data: string;
  readonly folder: string;
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
}

async function startCluster({ data, folder, name, settings }: ClusterParts): Promise<RunningCluster> {
  const processes = await createClusterProcesses({
    kafkaBrokers: addressIn(data, "PARLANCE_KAFKA_BROKERS"), mongodbUri: addressIn(data, "PARLANCE_MONGODB_URI"),
    folder, database: name, topicPrefix: `${name}.`,
    env: (pod) => ({ PARLANCE_LOG_LEVEL: "warn", ...(pod.startsWith("gateway") ? { ...OPEN_LIMITS, ...OPEN_ADMISSION, ...settings } : {}) }),
  });
  const stop = () => processes.stop();
  try {
    await processes.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { processes, stop, credentials: credentialsOf(processes), pids: pidsOf(processes, data) };
}

function credentialsOf({ credentials, gatewayUrls }: ClusterProcesses): Credentials[] {
  const { appId, restApiKey } = credentials;
  return gatewayUrls.map((url) => ({ appId, restApiKey, restUrl: `${url}/v3`, realtimeUrl: `${url.replace("http", "ws")}/v1/realtime` }));
}

function pidsOf({ pods }: ClusterProcesses, data: string): Record<string, number> {
  const ours = pods.map(({ name, pid }) => [name, pid ?? 0] as const);
  const theirs = [["Kafka", "kafka"], ["store", "mongo"]].map(([name, folder]) => [name, Number(readFileSync(join(data, folder!, "pid"), "utf8"))] as const);
  return Object.fromEntries([...ours, ...theirs]);
}

function local(...args: readonly [command: string, data: string, ...more: string[]]): void {
  const [command, data, ...more] = args;
  execFileSync(process.execPath, [servers, command, "--data", data, ...more], { stdio: ["ignore", "ignore", "inherit"] });
}

function addressIn(data: string, name: string): string {
  const line = readFileSync(join(data, "env"), "utf8").split("\n").find((one) => one.startsWith(`${name}=`));
  if (line === undefined) throw new Error(`${name} is not in the env file of the servers`);
  return line.slice(name.length + 1);
}
