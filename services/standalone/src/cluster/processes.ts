// The cluster on one machine: every service and gateway a process of its own, as on Kubernetes, on ports of the loopback
// interface. `npm run cluster`, the fault suites and the benchmarks use it.

import { mkdirSync } from "node:fs";
import { randomId } from "@parlance/platform/ids";
import { silentLog, type Log } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { systemRandom, type Random } from "@parlance/platform/random";
import { createExchangeChannel, type RpcChannel } from "@parlance/platform/rpc";
import { systemClock, type Clock } from "@parlance/platform/time";
import { makeDefaultApp, type DefaultApp } from "../bootstrap.js";
import { addressOf, environmentOf, type Env, type Member, type Shared } from "./environments.js";
import { Pod, type PodKind } from "./pod.js";
import { freePorts } from "./ports.js";

export interface ClusterOptions {
  readonly kafkaBrokers: string;
  readonly mongodbUri: string;
  /** Logs of the pods. */
  readonly folder: string;
  /** Default: those of this machine, and no words. */
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Log;
  /** Default: one of its own. */
  readonly database?: string;
  readonly topicPrefix?: string;
  /** A cluster that was here before: its keys. */
  readonly secret?: string;
  readonly adminKey?: string;
  readonly app?: DefaultApp;
  /** Default 2. */
  readonly messaging?: number;
  readonly gateways?: number;
  /** Where clients find the first gateway, the others follow; default: free ports. */
  readonly gatewayPort?: number | undefined;
  /** More settings of a pod, or others than the usual: to lead a link through a proxy. */
  readonly env?: (pod: string, usual: Env) => Env;
  /** Another entry than the product's, for a test with a fail point in it. */
  readonly script?: (pod: string) => string | undefined;
}

type Surroundings = Required<Pick<ClusterOptions, "clock" | "random" | "log">>;

const PORTS_EACH = 3;
const SECRET_BYTES = 32;

export class ClusterProcesses {
  readonly pods: readonly Pod[];
  readonly shared: Shared;
  readonly members: readonly Member[];
  readonly #around: Surroundings;
  #app: DefaultApp | undefined;

  constructor(options: ClusterOptions & Surroundings, shared: Shared, members: readonly Member[]) {
    const { folder, clock, env, script } = options;
    this.#around = options;
    this.shared = shared;
    this.members = members;
    this.#app = options.app;
    this.pods = members.map((member) => {
      const usual = environmentOf(member, members, shared);
      const entry = script?.(member.name);
      return new Pod({
        name: member.name, kind: member.kind, folder, clock,
        address: addressOf(member.ports.main), managementUrl: `http://${addressOf(member.ports.management)}`,
        env: { ...usual, ...env?.(member.name, usual) },
        ...(entry === undefined ? {} : { script: entry }),
      });
    });
  }

  pod(name: string): Pod {
    const found = this.pods.find((pod) => pod.name === name);
    if (found === undefined) throw new Error(`no pod ${name}`);
    return found;
  }

  get credentials(): DefaultApp & { readonly adminKey: string } {
    if (this.#app === undefined) throw new Error("the cluster has not been started");
    return { ...this.#app, adminKey: this.shared.adminKey };
  }

  /** `http://host:port` of each. */
  get gatewayUrls(): readonly string[] {
    return this.pods.filter(({ kind }) => kind === "gateway").map(({ address }) => `http://${address}`);
  }

  /** All pods, and the default app with its demo users when there was none. Pods need no order: each waits for what it calls. */
  async start(): Promise<void> {
    try {
      await Promise.all(this.pods.map((pod) => pod.start()));
      this.#app ??= await this.#makeApp();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.pods.filter(({ kind }) => kind === "gateway").map((pod) => pod.stop()));
    await Promise.all(this.pods.map((pod) => pod.stop()));
  }

  /** As a process of ours, for what only those may call. */
  channelTo(kind: PodKind): RpcChannel {
    const { clock, random, log } = this.#around;
    const pod = this.pods.find((one) => one.kind === kind)!;
    return createExchangeChannel({
      target: kind, address: pod.address, secret: this.shared.secret, clock, random, log, metrics: createMetrics(),
    });
  }

  async #makeApp(): Promise<DefaultApp> {
    const [identity, group] = [this.channelTo("identity"), this.channelTo("group")];
    try {
      return await makeDefaultApp({
        call: (method, ...rest) => (method.startsWith("group.") ? group : identity).call(method, ...rest),
        close: async () => undefined,
      }, this.#around.random);
    } finally {
      await Promise.all([identity.close(), group.close()]);
    }
  }
}

export async function createClusterProcesses(given: ClusterOptions): Promise<ClusterProcesses> {
  const options = { clock: systemClock(), random: systemRandom(), log: silentLog(), ...given };
  const { random, folder, kafkaBrokers, mongodbUri } = options;
  mkdirSync(folder, { recursive: true });
  const secret = () => Buffer.from(random.bytes(SECRET_BYTES)).toString("hex");
  const run = randomId(random).toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const shared: Shared = {
    kafkaBrokers, mongodbUri,
    database: options.database ?? `parlance-${run}`,
    topicPrefix: options.topicPrefix ?? `parlance-${run}.`,
    secret: options.secret ?? secret(), adminKey: options.adminKey ?? secret(),
  };
  return new ClusterProcesses(options, shared, await membersOf(options));
}

async function membersOf({ messaging = 2, gateways = 2, gatewayPort, random }: ClusterOptions & Surroundings): Promise<readonly Member[]> {
  const numbered = (kind: PodKind, count: number) =>
    Array.from({ length: count }, (_, at) => ({ kind, name: `${kind}-${at + 1}` }));
  const named: readonly { readonly kind: PodKind; readonly name: string }[] = [
    { kind: "identity", name: "identity" }, { kind: "group", name: "group" }, ...numbered("messaging", messaging),
    { kind: "presence", name: "presence" }, ...numbered("gateway", gateways),
  ];
  const ports = await freePorts(named.length * PORTS_EACH, random);
  const firstGateway = named.length - gateways;
  return named.map((pod, at) => {
    const [main, management, grpc] = ports.slice(at * PORTS_EACH);
    const isPlaced = gatewayPort !== undefined && at >= firstGateway;
    return { ...pod, ports: { main: isPlaced ? gatewayPort + at - firstGateway : main!, management: management!, grpc: grpc! } };
  });
}
