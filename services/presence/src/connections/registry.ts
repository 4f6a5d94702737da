// What each gateway says is connected to it, under a lease.
//
//   known    reports n, n+1, … are applied in order; a repeat changes nothing; after a gap all is asked for anew
//   lost     not heard of for the lease: its connections are dropped in slices over the spread (R17). Those whose users
//            are back elsewhere meanwhile are dropped without a trace. If the gateway comes back it is asked for all.
//   unknown  asked for all: new, expired, or this service was restarted

import type { AppId, SessionId, Uid } from "@parlance/platform/ids";
import type { Clock, Timer } from "@parlance/platform/time";
import type { ConnectionChange, OpenConnection, Status } from "../domain/user-presence.js";
import type { Users } from "./users.js";

interface Gateway {
  readonly id: string;
  readonly connections: Map<SessionId, OpenConnection>;
  /** Number of the newest report applied. */
  number: number;
  heardAt: number;
  lost: boolean;
  timer: Timer | undefined;
}

export interface RegistryOptions {
  readonly clock: Pick<Clock, "monotonic" | "after">;
  readonly leaseMs: number;
  readonly spreadMs: number;
  readonly users: Users;
}

const SLICE_MS = 1_000;

/** Every open connection of the cluster, in memory: it lives as long as the gateways repeat it. */
export class Registry {
  readonly #options: RegistryOptions;
  readonly #gateways = new Map<string, Gateway>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** True when the gateway must send everything. */
  report(gatewayId: string, number: number, changes: readonly ConnectionChange[]): boolean {
    const gateway = this.#heard(gatewayId);
    if (gateway === undefined || number > gateway.number + 1) return true;
    if (number <= gateway.number) return false;
    gateway.number = number;
    for (const { connection, closed, final } of changes) {
      if (closed) this.#close(gateway, connection.sessionId, final);
      else this.#open(gateway, connection);
    }
    return false;
  }

  /** Applied whatever was known: when it was an old one, the next report shows a gap and all is asked for again. */
  replace(gatewayId: string, number: number, connections: readonly OpenConnection[]): void {
    const gateway = this.#gateways.get(gatewayId) ?? this.#add(gatewayId);
    this.#revive(gateway);
    gateway.number = number;
    const present = new Set(connections.map(({ sessionId }) => sessionId));
    // Openings first, so that a user with a new connection does not go offline for a moment.
    for (const connection of connections) this.#open(gateway, connection);
    for (const sessionId of gateway.connections.keys()) {
      if (!present.has(sessionId)) this.#close(gateway, sessionId, false);
    }
  }

  /** True when the gateway must send everything. */
  renew(gatewayId: string, connections: number): boolean {
    const gateway = this.#heard(gatewayId);
    return gateway === undefined || gateway.connections.size !== connections;
  }

  status(app: AppId, uid: Uid): Status {
    return this.#options.users.status({ app, uid });
  }

  onlineCount(app: AppId): number {
    return this.#options.users.onlineCount(app);
  }

  stop(): void {
    for (const gateway of this.#gateways.values()) gateway.timer?.cancel();
    this.#gateways.clear();
  }

  /** The gateway if it is in good standing; its lease begins anew. */
  #heard(gatewayId: string): Gateway | undefined {
    const gateway = this.#gateways.get(gatewayId);
    if (gateway === undefined || gateway.lost) return undefined;
    gateway.heardAt = this.#options.clock.monotonic();
    return gateway;
  }

  #add(id: string): Gateway {
    const gateway: Gateway = { id, connections: new Map(), number: 0, heardAt: 0, lost: true, timer: undefined };
    this.#gateways.set(id, gateway);
    return gateway;
  }

  #revive(gateway: Gateway): void {
    gateway.heardAt = this.#options.clock.monotonic();
    if (!gateway.lost) return;
    gateway.lost = false;
    gateway.timer?.cancel();
    this.#watch(gateway, this.#options.leaseMs);
  }

  #watch(gateway: Gateway, ms: number): void {
    gateway.timer = this.#options.clock.after(ms, () => {
      const leftMs = gateway.heardAt + this.#options.leaseMs - this.#options.clock.monotonic();
      if (leftMs > 0) this.#watch(gateway, leftMs);
      else this.#lose(gateway);
    });
  }

  #lose(gateway: Gateway): void {
    gateway.lost = true;
    const slices = Math.max(1, Math.floor(this.#options.spreadMs / SLICE_MS));
    this.#expire(gateway, Math.ceil(gateway.connections.size / slices));
  }

  #expire(gateway: Gateway, sliceSize: number): void {
    let left = sliceSize;
    for (const sessionId of gateway.connections.keys()) {
      if (left === 0) break;
      left -= 1;
      // Gone for the lease already, which is longer than the grace.
      this.#close(gateway, sessionId, true);
    }
    if (gateway.connections.size === 0) this.#gateways.delete(gateway.id);
    else gateway.timer = this.#options.clock.after(SLICE_MS, () => this.#expire(gateway, sliceSize));
  }

  #open(gateway: Gateway, connection: OpenConnection): void {
    if (gateway.connections.has(connection.sessionId)) return;
    gateway.connections.set(connection.sessionId, connection);
    this.#options.users.opened(connection);
  }

  #close(gateway: Gateway, sessionId: SessionId, atOnce: boolean): void {
    const connection = gateway.connections.get(sessionId);
    if (connection === undefined) return;
    gateway.connections.delete(sessionId);
    this.#options.users.closed(connection, atOnce);
  }
}
