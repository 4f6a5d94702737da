// The whole platform in one process: a one-node cluster (design.md 1). Read top to bottom like a recipe.
import { createGateway, createRest, type Gateway } from "@parlance/gateway";
import { createGroupService, groupConsumer, groupSqliteModule } from "@parlance/group";
import { createIdentityService, identityConsumer, identitySqliteModule } from "@parlance/identity";
import { createMessagingService, messagingConsumer, messagingSqliteModule, type MessagingDeps } from "@parlance/messaging";
import { createPresenceService } from "@parlance/presence";
import { decodeEvent, eventLogModule, LocalEventLog, type EventLog } from "@parlance/platform/eventlog";
import { openEventLog } from "@parlance/platform/process";
import { Lifecycle } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import type { Metrics } from "@parlance/platform/metrics";
import type { Random } from "@parlance/platform/random";
import { createLocalChannel, RpcServer, type RpcChannel, type UnaryServer } from "@parlance/platform/rpc";
import { openSqlite, type Sqlite, type SqliteOptions } from "@parlance/platform/sqlite";
import type { Clock } from "@parlance/platform/time";
import { join } from "node:path";
import type { StandaloneConfig } from "./config.js";
import { createGrpcServer } from "./grpc.js";
import { openStores } from "./stores.js";
import { settle, type Settling } from "./settle.js";

export interface PlatformOptions {
  readonly config: StandaloneConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Opens the management calls. */
  readonly adminKey?: string;
  /** Tests. */
  readonly sqlite?: Partial<SqliteOptions>;
  /** Tests put faults around the event log. */
  readonly wrapEventLog?: (log: EventLog) => EventLog;
  /** Tests put faults around the messaging store. */
  readonly wrapLogStore?: MessagingDeps["wrapLogStore"];
}

export interface Platform {
  readonly lifecycle: Lifecycle;
  readonly gateway: Gateway;
  readonly grpc: UnaryServer;
  readonly sqlite: Sqlite;
  readonly rpc: RpcServer;
  /** Calls into the services, by whoever has a caller to present. */
  readonly channel: RpcChannel;
  /** Resolves when outboxes are empty, consumers stand at the end and nothing waits to be announced. */
  settle(): Promise<void>;
}

export async function createPlatform(options: PlatformOptions): Promise<Platform> {
  const { config, clock, random, log, metrics } = options;
  const sqlite = await openSqlite({
    path: config.standaloneData === ":memory:" ? ":memory:" : join(config.standaloneData, "parlance.db"),
    modules: [eventLogModule, identitySqliteModule, groupSqliteModule, messagingSqliteModule],
    synchronous: config.standaloneSynchronous,
    clock, log, random, ...options.sqlite,
  });
  const stores = await openStores(config, sqlite, { clock, random, log, metrics });
  const ownLog = config.kafkaBrokers.length > 0
    ? await openEventLog(config, { clock, random, log, metrics })
    : new LocalEventLog({ sqlite, decode: decodeEvent, groups: [identityConsumer, groupConsumer, messagingConsumer], clock, random, log, metrics });
  const eventLog = options.wrapEventLog?.(ownLog) ?? ownLog;
  const rpc = new RpcServer({ clock, log, metrics });
  const channel = createLocalChannel(rpc);
  const channels = { identity: channel, group: channel, messaging: channel, presence: channel };
  const common = {
    ...channels, eventLog, clock, random, log, metrics, config, deadLetters: ownLog.deadLetters,
  };

  const identity = createIdentityService({ ...common, storage: stores.identity });
  const group = createGroupService({ ...common, storage: stores.group });
  const messaging = createMessagingService({
    ...common, storage: stores.messaging, node: 0,
    ...(options.wrapLogStore === undefined ? {} : { wrapLogStore: options.wrapLogStore }),
  });
  const presence = createPresenceService(common);
  for (const service of [identity, group, messaging, presence]) service.register(rpc);
  const gateway = createGateway({ config, channels, eventLog, clock, random, log, metrics, epoch: stores.epoch });

  gateway.addHttpRoutes(createRest({
    channels, clock, random, log, metrics, appRates: gateway.appRates, corsOrigins: config.corsOrigins,
    adminKeys: options.adminKey === undefined ? [] : [options.adminKey],
    checks: { gateway: () => gateway.ready(), store: () => stores.answers() },
  }));
  const grpc = createGrpcServer({
    rpc, listen: config.standaloneGrpcListen, identity: identity.authenticate, adminKey: options.adminKey, clock, random, log,
  });

  const lifecycle = new Lifecycle({ clock, log });
  const components = [sqlite, ...stores.components, ownLog, ...identity.components, ...group.components, ...messaging.components, presence, gateway, grpc];
  for (const component of components) lifecycle.add(component);
  const settling: Settling = { eventLog, services: [identity, group], idle: () => messaging.idle() && presence.idle };
  return { lifecycle, gateway, grpc, sqlite, rpc, channel, settle: () => settle(settling, clock) };
}
