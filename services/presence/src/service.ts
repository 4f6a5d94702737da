import type { EventLog, Subscription } from "@parlance/platform/eventlog";
import type { Component } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import type { Metrics } from "@parlance/platform/metrics";
import type { Random } from "@parlance/platform/random";
import type { RpcChannel, RpcServer } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";
import { PresenceServiceService } from "@parlance/proto/presence/v1/presence_service";
import { createClients } from "./clients.js";
import type { PresenceConfig } from "./config.js";
import { Registry } from "./connections/registry.js";
import { Users } from "./connections/users.js";
import type { PresenceContext } from "./context.js";
import { followUserChanges } from "./events/on-user-changed.js";
import { createHandlers } from "./rpc/index.js";
import { Announcer } from "./signals/announcer.js";
import { Outlet } from "./signals/outlet.js";
import { Parties } from "./signals/parties.js";
import { Transients } from "./signals/transients.js";
import { TypingIndicators } from "./signals/typing.js";

export interface PresenceDeps {
  readonly config: PresenceConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly eventLog: Pick<EventLog, "append" | "follow">;
  /** Reaches IdentityService. */
  readonly identity: RpcChannel;
}

export interface PresenceService extends Component {
  /** Puts the RPCs on a server. */
  register(server: RpcServer): void;
  /** Nothing waits to be announced; for settle(). */
  readonly idle: boolean;
}

/** No store: who is connected is known as long as the gateways say so, and identity keeps lastActiveAt. */
export function createPresenceService(deps: PresenceDeps): PresenceService {
  const { config, clock, random, metrics, eventLog } = deps;
  const log = deps.log.child({ component: "presence" });
  const { identity } = createClients(deps.identity);
  const outlet = new Outlet(eventLog, metrics);
  const parties = new Parties({ identity, clock, entriesMax: config.presenceCacheEntriesMax, log });
  const announcer = new Announcer({ parties, outlet, clock, random, log });
  const users = new Users({
    clock, graceMs: config.presenceOfflineGraceMs, rememberedMax: config.presenceCacheEntriesMax,
    onTransition: (transition) => announcer.announce(transition),
  });
  const registry = new Registry({ clock, leaseMs: config.presenceLeaseMs, spreadMs: config.presenceExpirySpreadMs, users });
  const typing = new TypingIndicators({ clock, outlet, indicatorsMax: config.presenceTypingMax });
  const context: PresenceContext = { registry, typing, parties, transients: new Transients({ clock, outlet }) };
  let following: Subscription | undefined;
  return {
    name: "presence",
    register: (server) => void server.register(PresenceServiceService, createHandlers(context)),
    get idle() {
      return announcer.idle;
    },
    start: async () => {
      following = followUserChanges(eventLog, parties);
      announcer.begin(clock.now());
    },
    stop: async () => {
      await following?.close();
      typing.stop();
      registry.stop();
      users.stop();
      await announcer.stop();
    },
  };
}
