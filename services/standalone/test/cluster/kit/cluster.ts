import { join } from "node:path";
import { temporaryFolder, type TcpProxy, type TemporaryFolder } from "@parlance/platform/testing";
import { UNLIMITED } from "../../faults/kit/server-child.js";
import { createClusterProcesses, type ClusterProcesses, type Pod } from "../../../src/cluster/index.js";
import { AppApi, createApp } from "./api.js";
import type { GivenServers } from "./gate.js";
import { LinkMap } from "./link-map.js";

export interface ClusterOptions {
  readonly servers: GivenServers;
  readonly gatewayEnv?: Readonly<Record<string, string>>;
}

/** A whole cluster of processes with a database and topics of its own; every link between processes can be led through a proxy. */
export class Cluster {
  private constructor(
    readonly processes: ClusterProcesses, readonly links: LinkMap, private readonly folder: TemporaryFolder,
    /** The app under test, and another one on the same platform. */
    readonly api: AppApi, readonly neighbour: AppApi,
  ) {}

  static async start({ servers, gatewayEnv = {} }: ClusterOptions): Promise<Cluster> {
    const folder = temporaryFolder();
    const links = new LinkMap(folder.path);
    const logs = join(folder.path, "logs");
    const name = folder.path.split("-").at(-1) ?? "";
    const processes = await createClusterProcesses({
      kafkaBrokers: servers.kafkaBrokers, mongodbUri: servers.mongodbUri, folder: logs, database: `test_${name}`, topicPrefix: `test-${name}.`,
      env: (pod: string) => ({ ...(pod.startsWith("gateway") ? { ...UNLIMITED, ...gatewayEnv } : {}), ...links.env(pod) }),
    });
    await processes.start();
    const url = (): string => processes.gatewayUrls[0] ?? "";
    const neighbour = await createApp(url(), processes.credentials.adminKey, "Neighbours");
    return new Cluster(processes, links, folder, new AppApi(processes.credentials, url), new AppApi(neighbour, url));
  }

  /** Ports of the gateways. */
  get ports(): readonly number[] {
    return this.processes.gatewayUrls.map((url) => Number(new URL(url).port));
  }

  pod(name: string): Pod {
    return this.processes.pod(name);
  }

  /** Leads connections of a pod through proxies: what it calls from its next start on, which is now. */
  async lead(pod: string, ...addresses: readonly string[]): Promise<readonly TcpProxy[]> {
    const proxies = await Promise.all(addresses.map((address) => this.links.lead(pod, address)));
    await this.pod(pod).terminate();
    await this.pod(pod).start();
    return proxies;
  }

  async stop(): Promise<void> {
    await this.processes.stop();
    await this.links.stop();
    this.folder.remove();
  }
}
