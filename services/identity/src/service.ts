import type { Event } from "@parlance/proto/event/v1/event";
import { IdentityServiceService } from "@parlance/proto/identity/v1/identity_service";
import { Relay, type DeadLetters, type EventLog, type GroupDeclaration, type Subscription } from "@parlance/platform/eventlog";
import type { Component } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import type { Metrics } from "@parlance/platform/metrics";
import { createAuthenticate } from "@parlance/platform/process";
import type { Random } from "@parlance/platform/random";
import type { Authenticate, RpcServer } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";
import type { IdentityConfig } from "./config.js";
import type { IdentityContext } from "./context.js";
import { onPresenceReset } from "./events/on-presence-reset.js";
import { followUserChanges } from "./events/on-user-changed-elsewhere.js";
import { onUserStatusChanged } from "./events/on-user-status-changed.js";
import { createHandlers } from "./rpc/index.js";
import { verifyApiKey } from "./rpc/verify-api-key.js";
import { verifyAuthToken } from "./rpc/verify-auth-token.js";
import { Credentials } from "./sessions/credentials.js";
import { ExpirySweep } from "./sessions/expiry-sweep.js";
import { LastUsed } from "./sessions/last-used.js";
import type { IdentityStorage } from "./store/ports.js";
import { telling } from "./telling.js";

/** To be opened with the SQLite file that the service is given. */
export const identitySqliteModule = new URL("./store/sqlite/module.js", import.meta.url);

/** To be declared when the event log is made. */
export const identityConsumer: GroupDeclaration = { name: "identity", kinds: ["userStatusChanged", "presenceReset"] };

export interface IdentityDeps {
  readonly storage: IdentityStorage;
  readonly eventLog: EventLog<Event>;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: IdentityConfig;
}

export interface IdentityService {
  register(server: RpcServer): void;
  /** Says whom the credentials of a call stand for, without a call. */
  readonly authenticate: Authenticate;
  /** To be started in this order, after what the storage is made of and the event log. */
  readonly components: readonly Component[];
  /** True when no fact waits to be published. */
  caughtUp(): Promise<boolean>;
}

export function createIdentityService(deps: IdentityDeps): IdentityService {
  const { storage, eventLog, deadLetters, clock, random, metrics, config } = deps;
  const log = deps.log.child({ service: "identity" });
  const relay = new Relay({ name: "identity", store: storage.outbox, eventLog, deadLetters, clock, random, log });
  const stores = telling(storage, () => relay.nudge());
  const store: Component = { name: "identity.store", start: () => storage.prepare(), stop: async () => undefined };
  const credentials = new Credentials({ stores, clock, metrics, entriesMax: config.identityCacheEntriesMax });
  const lastUsed = new LastUsed({ tokens: stores.tokens, clock, log });
  const sweep = new ExpirySweep({ tokens: stores.tokens, clock, log });
  const context: IdentityContext = { ...stores, credentials, lastUsed, config, clock, random };
  const handlers = createHandlers(context);
  return {
    register: (server) => void server.register(IdentityServiceService, handlers),
    authenticate: createAuthenticate({ verifyApiKey: verifyApiKey(context), verifyAuthToken: verifyAuthToken(context) }),
    components: [store, relay, lastUsed, sweep, eventReader(eventLog, context)],
    caughtUp: () => relay.caughtUp(),
  };
}

function eventReader(eventLog: EventLog<Event>, context: IdentityContext): Component {
  const subscriptions: Subscription[] = [];
  return {
    name: "identity.events",
    start: async () => {
      subscriptions.push(
        followUserChanges(eventLog, context.credentials),
        eventLog.consume(identityConsumer.name, "events", {
          userStatusChanged: onUserStatusChanged(context), presenceReset: onPresenceReset(context),
        }),
      );
    },
    stop: async () => {
      await Promise.all(subscriptions.splice(0).map((subscription) => subscription.close()));
    },
  };
}
