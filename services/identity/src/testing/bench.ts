// A whole identity service for tests: real pipeline, SQLite, outbox and event log, with time and chance in the test's hand.

import { readConfig } from "@parlance/platform/config";
import { LocalEventLog, decodeEvent, eventLogModule, type EventLog, type LogRecord } from "@parlance/platform/eventlog";
import { appId, uid } from "@parlance/platform/ids";
import { Lifecycle } from "@parlance/platform/lifecycle";
import { recordingLog } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { seededRandom } from "@parlance/platform/random";
import { RpcServer, createClient, createLocalChannel, type Caller, type OutgoingContext } from "@parlance/platform/rpc";
import { openSqlite, type Sqlite } from "@parlance/platform/sqlite";
import { ManualClock } from "@parlance/platform/time";
import type { Event } from "@parlance/proto/event/v1/event";
import {
  CreateAppRequest, CreateAuthTokenRequest, CreateUserRequest, Environment,
} from "@parlance/proto/identity/v1/identity";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";
import { identitySettings } from "../config.js";
import { createIdentityService, identityConsumer, identitySqliteModule } from "../service.js";
import type { IdentityStorage } from "../store/ports.js";
import { identitySqliteStorage } from "../store/sqlite/stores.js";

export interface BenchOptions {
  readonly path?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: ManualClock;
  readonly seed?: number;
  /** Instead of the SQLite file. */
  readonly storage?: IdentityStorage;
}

export interface Fact {
  readonly record: LogRecord;
  readonly event: Event;
}

export const KEY_IN_USE = "key-in-use";

const context = (app: string, caller: Caller): OutgoingContext => ({ app: appId(app), caller, requestId: "test" });

/** Callers of every kind. */
export const as = {
  admin: () => context("", { kind: "admin" }),
  peer: (app: string) => context(app, { kind: "internal", peer: "test" }),
  nobody: () => context("", { kind: "anonymous" }),
  server: (app: string, keyId = KEY_IN_USE) => context(app, { kind: "apiKey", scope: "fullAccess", keyId }),
  authKey: (app: string) => context(app, { kind: "apiKey", scope: "authOnly", keyId: "auth-key" }),
  onBehalfOf: (app: string, who: string) =>
    context(app, { kind: "apiKey", scope: "fullAccess", keyId: KEY_IN_USE, onBehalfOf: uid(who) }),
  user: (app: string, who: string, tokenId = "token", sessionId?: string) =>
    context(app, { kind: "user", uid: uid(who), tokenId, sessionId }),
};

export type Bench = Awaited<ReturnType<typeof openBench>>;

export async function openBench({ path = ":memory:", env = {}, clock = new ManualClock(), seed = 1, storage }: BenchOptions = {}) {
  const [log, random, metrics] = [recordingLog(), seededRandom(seed), createMetrics()];
  const lifecycle = new Lifecycle({ log, clock });
  const sqlite = lifecycle.add(await openSqlite({
    path, modules: [identitySqliteModule, eventLogModule], clock, log, random, synchronous: "NORMAL",
  }));
  const counted = countingReads(sqlite);
  const eventLog = new LocalEventLog({ sqlite, decode: decodeEvent, groups: [identityConsumer], clock, random, log });
  lifecycle.add(eventLog);
  const config = readConfig([identitySettings], env);
  const service = createIdentityService({
    storage: storage ?? identitySqliteStorage(counted.sqlite), eventLog: unfollowed(eventLog), deadLetters: eventLog.deadLetters, clock, random, log, metrics, config,
  });
  for (const component of service.components) lifecycle.add(component);
  const server = new RpcServer({ clock, log, metrics });
  service.register(server);
  const facts: Fact[] = [];
  await lifecycle.start();
  const follower = eventLog.follow(["events"], (records) => {
    for (const record of records) facts.push({ record, event: decodeEvent(record.value, record.headers.kind) });
  });
  const call = createClient(IdentityServiceService, createLocalChannel(server));

  /** Waits until nothing is on its way. */
  const settle = async () => {
    do await clock.advance(0);
    while (!await service.caughtUp() || !await eventLog.caughtUp());
  };
  return {
    clock, log, metrics, call, service, eventLog, sqlite, config, settle,
    /** Calls of read commands so far. */
    get reads() {
      return counted.reads;
    },
    /** What was published since the last time. */
    async facts(): Promise<Fact[]> {
      await settle();
      return facts.splice(0);
    },
    async close(): Promise<void> {
      await follower.close();
      server.close();
      await lifecycle.stop(1_000);
    },
    /** An app and the values of its keys. */
    async app(id = "acmechat", environment = Environment.DEVELOPMENT) {
      const { apiKeys } = await call.createApp(CreateAppRequest.fromPartial({ appId: id, name: id, environment }), as.admin());
      return { app: appId(id), authKey: apiKeys[0]!.value, apiKey: apiKeys[1]!.value };
    },
    async user(app: string, who: string, fields: Partial<CreateUserRequest> = {}) {
      const request = CreateUserRequest.fromPartial({ uid: who, name: who, ...fields });
      return (await call.createUser(request, as.server(app))).user!;
    },
    async token(app: string, who: string, fields: Partial<CreateAuthTokenRequest> = {}) {
      const request = CreateAuthTokenRequest.fromPartial({ uid: who, ...fields });
      return (await call.createAuthToken(request, as.server(app))).authToken!;
    },
  };
}

/** So that tests see what the service forgets by itself, not what its own events make it forget a moment later. */
function unfollowed(log: EventLog): EventLog {
  return {
    name: log.name,
    start: () => log.start(),
    stop: () => log.stop(),
    append: (records) => log.append(records),
    follow: () => ({ close: async () => undefined }),
    consume: (group, topic, handlers) => log.consume(group, topic, handlers),
    caughtUp: () => log.caughtUp(),
    lag: (group) => log.lag(group),
  };
}

function countingReads(sqlite: Sqlite): { readonly sqlite: Sqlite; readonly reads: number } {
  let reads = 0;
  const counting: Sqlite = {
    name: sqlite.name,
    epoch: sqlite.epoch,
    queues: sqlite.queues,
    start: () => sqlite.start(),
    stop: () => sqlite.stop(),
    write: (command, args) => sqlite.write(command, args),
    read: (command, args) => {
      if (!command.endsWith("outboxPending")) reads += 1;
      return sqlite.read(command, args);
    },
  };
  return {
    sqlite: counting,
    get reads() {
      return reads;
    },
  };
}
