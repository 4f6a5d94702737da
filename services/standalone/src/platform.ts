// The whole platform in one process: a one-node cluster (design.md 1). Read top to bottom like a recipe; nothing here knows
// more than which adapters are configured.
import { createGateway, createRest, type Gateway } from "@parlance/gateway";
import { createGroupService, groupConsumer, groupSqliteModule, groupSqliteStorage } from "@parlance/group";
import { createIdentityService, identityConsumer, identitySqliteModule, identitySqliteStorage } from "@parlance/identity";
import {
  createMessagingService, messagingConsumer, messagingSqliteModule, messagingSqliteStorage, type MessagingDeps,
} from "@parlance/messaging";
import { createPresenceService } from "@parlance/presence";
import { decodeEvent, eventLogModule, LocalEventLog, type EventLog } from "@parlance/platform/eventlog";
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
  const localLog = new LocalEventLog({
    sqlite, decode: decodeEvent, groups: [identityConsumer, groupConsumer, messagingConsumer], clock, random, log, metrics,
  });
  const eventLog = options.wrapEventLog?.(localLog) ?? localLog;
  const rpc = new RpcServer({ clock, log, metrics });
  const channel = createLocalChannel(rpc);
  const channels = { identity: channel, group: channel, messaging: channel, presence: channel };
  const common = {
    ...channels, sqlite, eventLog, clock, random, log, metrics, config, deadLetters: localLog.deadLetters,
  };

  const identity = createIdentityService({ ...common, storage: identitySqliteStorage(sqlite) });
  const group = createGroupService({ ...common, storage: groupSqliteStorage(sqlite) });
  const messaging = createMessagingService({
    ...common, storage: messagingSqliteStorage(sqlite), node: 0,
    ...(options.wrapLogStore === undefined ? {} : { wrapLogStore: options.wrapLogStore }),
  });
  const presence = createPresenceService(common);
  for (const service of [identity, group, messaging, presence]) service.register(rpc);
  const gateway = createGateway({ config, channels, eventLog, clock, random, log, metrics, epoch: sqlite.epoch });

  gateway.addHttpRoutes(createRest({
    channels, clock, random, log, metrics, appRates: gateway.appRates, corsOrigins: config.corsOrigins,
    adminKeys: options.adminKey === undefined ? [] : [options.adminKey],
    checks: { gateway: () => gateway.ready(), store: () => storeAnswers(sqlite) },
  }));
  const grpc = createGrpcServer({
    rpc, listen: config.standaloneGrpcListen, identity: identity.authenticate, adminKey: options.adminKey, clock, random, log,
  });

  const lifecycle = new Lifecycle({ clock, log });
  const components = [sqlite, localLog, ...identity.components, ...group.components, ...messaging.components, presence, gateway, grpc];
  for (const component of components) lifecycle.add(component);
  const settling: Settling = { eventLog, services: [identity, group], idle: () => messaging.idle() && presence.idle };
  return { lifecycle, gateway, grpc, sqlite, rpc, channel, settle: () => settle(settling, clock) };
}

/** One row of the store can be read. */
async function storeAnswers(sqlite: Sqlite): Promise<boolean> {
  return sqlite.read("messaging.publishedThrough", undefined).then(() => true, () => false);
}
