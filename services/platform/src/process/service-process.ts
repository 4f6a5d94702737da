// A service as a process of a cluster, whichever it is: what it reads, opens and listens on, and in which order it ends.
//
//   start: management → peers → store → event log → the service's own parts → Exchange → gRPC → ready
//   stop:  not ready → gRPC and Exchange let running calls end → the service's own parts → event log → store → peers

import type { Component } from "../lifecycle/index.js";
import { Lifecycle } from "../lifecycle/index.js";
import type { KafkaEventLog } from "../eventlog/index.js";
import { createExchangeServer, createUnaryServer, type Authenticate, type Dispatcher, type RpcServer } from "../rpc/index.js";
import type { BaseConfig, Surroundings } from "./base.js";
import { Management, type Check } from "./management.js";
import type { ListenSettings } from "./settings.js";
import type { ClusterTransport } from "./transport.js";

export interface ServiceProcessOptions {
  readonly config: BaseConfig & ListenSettings;
  readonly surroundings: Surroundings;
  readonly transport: ClusterTransport;
  readonly rpc: RpcServer;
  /** Answers outsiders in the place of `rpc`: where a call belongs to one pod, and they come to any. */
  readonly outside?: Dispatcher;
  readonly authenticate: Authenticate;
  readonly eventLog: KafkaEventLog;
  /** What must run before the service and end after it: peers and the store, in start order. */
  readonly before: readonly Component[];
  /** The service itself. */
  readonly service: readonly Component[];
  readonly checks: Readonly<Record<string, Check>>;
}

export function serviceLifecycle(options: ServiceProcessOptions): Lifecycle {
  const { config, surroundings, transport, rpc, authenticate, eventLog } = options;
  const { clock, random, log, metrics } = surroundings;
  const management = new Management({ listen: config.managementListen, metrics, checks: options.checks });
  const exchange = createExchangeServer({ ...transport, rpc, address: addressOf(config.exchangeListen), clock, log });
  const grpc = createUnaryServer({
    ...transport, rpc: options.outside ?? rpc, address: addressOf(config.grpcListen), authenticate, clock, random, log,
  });
  const lifecycle = new Lifecycle({ clock, log });
  for (const component of [management, ...options.before, eventLog, ...options.service, exchange, grpc, management.opened()]) {
    lifecycle.add(component);
  }
  return lifecycle;
}

function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
