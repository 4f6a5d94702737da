// A whole group service for tests: real pipeline, SQLite, outbox and event log, with time and chance in the test's hand,
// and stand-ins for identity and messaging.

import { readConfig } from "@parlance/platform/config";
import { LocalEventLog, decodeEvent, eventLogModule, type EventLog, type LogRecord } from "@parlance/platform/eventlog";
import { appId, uid } from "@parlance/platform/ids";
import { Lifecycle } from "@parlance/platform/lifecycle";
import { recordingLog } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { seededRandom } from "@parlance/platform/random";
import { RpcServer, createClient, createLocalChannel, type Caller, type OutgoingContext } from "@parlance/platform/rpc";
import { openSqlite } from "@parlance/platform/sqlite";
import { ManualClock } from "@parlance/platform/time";
import type { Event } from "@parlance/proto/event/v1/event";
import {
  AddMembersRequest, CreateGroupRequest, GroupType, MemberScope, type MemberEntry,
} from "@parlance/proto/group/v1/group";
import { GroupServiceService } from "@parlance/proto/group/v1/group_service";
import { groupSettings } from "../config.js";
import { createGroupService, groupConsumer, groupSqliteModule } from "../service.js";
import type { GroupStorage } from "../store/ports.js";
import { groupSqliteStorage } from "../store/sqlite/stores.js";
import { Directory } from "./directory.js";
import { EventSink } from "./event-sink.js";

export const APP = "acmechat";
export const OTHER_APP = "othercorp";
export const CLUB = "book-club";

const context = (app: string, caller: Caller): OutgoingContext => ({ app: appId(app), caller, requestId: "test" });

/** Callers of every kind. */
export const as = {
  peer: (app = APP) => context(app, { kind: "internal", peer: "test" }),
  server: (app = APP) => context(app, { kind: "apiKey", scope: "fullAccess", keyId: "key" }),
  onBehalfOf: (who: string, app = APP) =>
    context(app, { kind: "apiKey", scope: "fullAccess", keyId: "key", onBehalfOf: uid(who) }),
  user: (who: string, { app = APP, sessionId }: { app?: string; sessionId?: string } = {}) =>
    context(app, { kind: "user", uid: uid(who), tokenId: "token", sessionId }),
};

export interface BenchOptions {
  readonly path?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** More than one: processes that share the store. */
  readonly pods?: number;
  /** Where groups are kept, as each of the processes opens it; otherwise in SQLite. */
  readonly storage?: () => GroupStorage;
  /** False: nothing in the background runs, as in a process that dies before it comes to it. */
  readonly started?: boolean;
  readonly sink?: EventSink;
  readonly directory?: Directory;
}

export interface Fact {
  readonly record: LogRecord;
  readonly event: Event;
}

export type Bench = Awaited<ReturnType<typeof openBench>>;

const CHEAP = { n: 16, r: 1, p: 1 };

export async function openBench(options: BenchOptions = {}) {
  const { path = ":memory:", env = {}, pods = 1, started = true } = options;
  const [clock, log, random, metrics] = [new ManualClock(), recordingLog(), seededRandom(1), createMetrics()];
  const { sink = new EventSink(), directory = new Directory() } = options;
  const lifecycle = new Lifecycle({ log, clock });
  const modules = [groupSqliteModule, eventLogModule];
  const sqlite = lifecycle.add(await openSqlite({ path, modules, clock, log, random, synchronous: "NORMAL" }));
  const eventLog = new LocalEventLog({ sqlite, decode: decodeEvent, groups: [groupConsumer], clock, random, log });
  lifecycle.add(eventLog);
  const config = { ...readConfig([groupSettings], env), passwordCost: CHEAP };
  const services = Array.from({ length: pods }, (_, pod) => createGroupService({
    storage: options.storage?.() ?? groupSqliteStorage(sqlite), eventLog: pod === 0 ? eventLog : idleConsumer(eventLog), deadLetters: eventLog.deadLetters, identity: directory, messaging: sink, clock, random, log, metrics,
    config,
  }));
  if (started) for (const component of services.flatMap(({ components }) => components)) lifecycle.add(component);
  const calls = services.map((service) => {
    const server = new RpcServer({ clock, log, metrics });
    service.register(server);
    return createClient(GroupServiceService, createLocalChannel(server));
  });
  const facts: Fact[] = [];
  await lifecycle.start();
  const follower = eventLog.follow(["events"], (records) => {
    for (const record of records) facts.push({ record, event: decodeEvent(record.value, record.headers.kind) });
  });
  for (const who of ["alice", "bob", "carol", "dave", "erin"]) directory.add(APP, who);
  const call = calls[0]!;

  const caughtUp = async () => (await Promise.all(services.map((service) => service.caughtUp()))).every(Boolean);
  /** Waits until nothing is on its way. */
  const settle = async () => {
    do await clock.advance(0);
    while (!await caughtUp() || !await eventLog.caughtUp());
  };
  return {
    clock, log, call, calls, sqlite, eventLog, sink, directory, settle,
    /** What was published since the last time. */
    async facts(): Promise<Fact[]> {
      await settle();
      return facts.splice(0);
    },
    async close(): Promise<void> {
      await follower.close();
      await lifecycle.stop(1_000);
    },
    /** A group of alice's, with members of the scopes given. */
    async group(fields: Partial<CreateGroupRequest> = {}, scopes: Readonly<Record<string, MemberScope>> = {}) {
      const members: MemberEntry[] = Object.entries(scopes).map(([who, scope]) => ({ uid: who, scope }));
      const request = CreateGroupRequest.fromPartial({ guid: CLUB, name: "Book Club", type: GroupType.PUBLIC, ...fields, members });
      return (await call.createGroup(request, as.user("alice"))).group!;
    },
    async add(...uids: string[]) {
      const request = AddMembersRequest.fromPartial({ guid: CLUB, members: uids.map((who) => ({ uid: who })) });
      return call.addMembers(request, as.user("alice"));
    },
  };
}

/** The log as one sees it whose consumer group gives all partitions to another process. */
function idleConsumer(eventLog: EventLog): EventLog {
  return {
    name: eventLog.name, start: async () => undefined, stop: async () => undefined,
    append: (records) => eventLog.append(records),
    follow: (...args) => eventLog.follow(...args),
    consume: () => ({ close: async () => undefined }),
    caughtUp: () => eventLog.caughtUp(),
    lag: (group) => eventLog.lag(group),
  };
}

/** The usual cast: alice owns, bob is admin, carol moderator, dave participant, erin a stranger. */
export const CAST = {
  bob: MemberScope.ADMIN, carol: MemberScope.MODERATOR, dave: MemberScope.PARTICIPANT,
} as const;
