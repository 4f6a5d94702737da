import type { Event } from "@parlance/proto/event/v1/event";
import { GroupServiceService } from "@parlance/proto/group/v1/group_service";
import {
  Relay, type DeadLetters, type EventLog, type GroupDeclaration, type Subscription,
} from "@parlance/platform/eventlog";
import type { Component } from "@parlance/platform/lifecycle";
import { exportQueue } from "@parlance/platform/limits";
import type { Log } from "@parlance/platform/log";
import type { Metrics } from "@parlance/platform/metrics";
import type { Random } from "@parlance/platform/random";
import type { RpcChannel, RpcServer } from "@parlance/platform/rpc";
import { within, type Clock } from "@parlance/platform/time";
import { createClients } from "./clients.js";
import type { GroupConfig } from "./config.js";
import type { GroupContext } from "./context.js";
import { DEFAULT_POLICY } from "./domain/permission.js";
import type { Rules } from "./domain/decide.js";
import { Eraser } from "./eraser.js";
import { followUserChanges } from "./events/on-user-changed-elsewhere.js";
import { onUserChanged } from "./events/on-user-changed.js";
import { PasswordGate } from "./passwords/gate.js";
import { PasswordHasher } from "./passwords/hasher.js";
import { createHandlers } from "./rpc/index.js";
import type { GroupStorage, GroupStore } from "./store/ports.js";
import { Users } from "./users.js";
import { GroupChanges, type WritingParts } from "./writing/changes.js";
import { createGroups } from "./writing/creation.js";
import { Lanes } from "./writing/lanes.js";
import { Membership } from "./writing/membership.js";
import { Nudges } from "./writing/nudges.js";
import { removeGroups } from "./writing/removal.js";
import { Turns } from "./writing/turns.js";

/** To be opened with the SQLite file that the service is given. */
export const groupSqliteModule = new URL("./store/sqlite/module.js", import.meta.url);

const PUBLISHING_MAX_MS = 1_000;

/** To be declared when the event log is made. */
export const groupConsumer: GroupDeclaration = { name: "group", kinds: ["userChanged"] };

export interface GroupDeps {
  readonly storage: GroupStorage;
  readonly eventLog: EventLog<Event>;
  readonly deadLetters: DeadLetters;
  /** Where identity answers. */
  readonly identity: RpcChannel;
  /** Where messaging's event sink answers. */
  readonly messaging: RpcChannel;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: GroupConfig;
}

export interface GroupService {
  register(server: RpcServer): void;
  /** To be started in this order, after what the storage is made of and the event log. */
  readonly components: readonly Component[];
  /** True when nothing is under way and no fact waits to be published. */
  caughtUp(): Promise<boolean>;
}

export function createGroupService(deps: GroupDeps): GroupService {
  const { storage, eventLog, deadLetters, clock, random, metrics, config } = deps;
  const log = deps.log.child({ service: "group" });
  const relay = new Relay({ name: "group", store: storage.outbox, eventLog, deadLetters, clock, random, log });
  const store: Component = { name: "group.store", start: () => storage.prepare(), stop: async () => undefined };
  const eraser = new Eraser({ groups: storage.groups, clock, log });
  const clients = createClients(deps);
  const users = new Users({ identity: clients.identity, clock, entriesMax: config.groupUserCacheEntriesMax });
  const nudges = new Nudges({ eventSink: clients.eventSink, pending: storage.pending, clock, log });
  const turns = new Turns(new Lanes(), clock);
  const rules = rulesOf(config);
  const writing: WritingParts = {
    groups: storage.groups, turns, nudges, clock, groupsMax: rules.groupsMax, onFacts: () => relay.nudge(),
    publish: async () => void await within(clock, PUBLISHING_MAX_MS, relay.flush()),
  };
  const changes = new GroupChanges(writing);
  const hasher = new PasswordHasher(random, config.passwordCost);
  exportQueue(metrics, hasher.waiting);
  const remove = removeGroups(writing);
  const context: GroupContext = {
    groups: storage.groups, members: storage.members, bans: storage.bans, users, changes, rules, hasher, clock, random,
    membership: new Membership({ changes, users, rules }),
    passwordGate: passwordGate(storage.groups, hasher, deps),
    createGroup: createGroups(writing),
    removeGroup: (call, removal) => remove(call, removal).finally(() => eraser.nudge()),
  };
  const handlers = createHandlers(context);
  return {
    register: (server) => void server.register(GroupServiceService, handlers),
    components: [store, relay, eraser, eventReader(eventLog, storage, users)],
    caughtUp: async () => turns.idle && nudges.idle && eraser.idle && await relay.caughtUp(),
  };
}

function rulesOf(config: GroupConfig): Rules {
  return {
    ...DEFAULT_POLICY,
    adminsCanActOnAdmins: config.groupAdminsCanActOnAdmins,
    membersMax: config.groupMembersMax,
    groupsMax: config.groupGroupsPerUserMax,
  };
}

function passwordGate(groups: GroupStore, hasher: PasswordHasher, { clock, config }: GroupDeps) {
  return new PasswordGate({
    groups, hasher, clock,
    triesPerMinute: config.groupPasswordTriesPerMinute,
    triesPerGroupPerMinute: config.groupPasswordTriesPerGroupPerMinute,
  });
}

function eventReader(eventLog: EventLog<Event>, { members }: GroupStorage, users: Users): Component {
  const subscriptions: Subscription[] = [];
  return {
    name: "group.events",
    start: async () => {
      subscriptions.push(
        followUserChanges(eventLog, users),
        eventLog.consume(groupConsumer.name, "events", { userChanged: onUserChanged({ members }) }),
      );
    },
    stop: async () => {
      await Promise.all(subscriptions.splice(0).map((subscription) => subscription.close()));
    },
  };
}
