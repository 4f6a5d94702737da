// Online from the first connection, offline some time after the last (chat.md 7.1). Counts connections per user, whatever
// gateway they are on, so that a user who moves between gateways never shows as offline.

import { LruMap } from "@parlance/platform/limits";
import type { AppId, Uid } from "@parlance/platform/ids";
import type { Clock } from "@parlance/platform/time";
import { userKey, type Status, type Transition } from "../domain/user-presence.js";
import { DueQueue } from "../due-queue.js";

interface OnlineUser {
  readonly app: AppId;
  readonly uid: Uid;
  open: number;
  closedAtMs: number;
}

type Who = Pick<OnlineUser, "app" | "uid">;

export interface UsersOptions {
  readonly clock: Pick<Clock, "now" | "monotonic" | "after">;
  readonly graceMs: number;
  readonly rememberedMax: number;
  readonly onTransition: (transition: Transition) => void;
}

export class Users {
  readonly #options: UsersOptions;
  /** Everyone who shows as online: connected, or closed within the grace. */
  readonly #online = new Map<string, OnlineUser>();
  readonly #counts = new Map<AppId, number>();
  readonly #lastActive: LruMap<string, number>;
  readonly #grace: DueQueue<string, OnlineUser>;

  constructor(options: UsersOptions) {
    this.#options = options;
    this.#lastActive = new LruMap(options.rememberedMax);
    this.#grace = new DueQueue(options.clock, options.graceMs, (key, user) => this.#leave(key, user));
  }

  opened(who: Who): void {
    const key = userKey(who);
    const user = this.#online.get(key);
    if (user !== undefined) {
      user.open += 1;
      this.#grace.delete(key);
      return;
    }
    this.#online.set(key, { app: who.app, uid: who.uid, open: 1, closedAtMs: 0 });
    this.#lastActive.delete(key);
    this.#count(who.app, 1);
    this.#options.onTransition({
      app: who.app, uid: who.uid, online: true, lastActiveAtMs: 0, atMs: this.#options.clock.now(),
    });
  }

  /** `atOnce`: closed for good, or known to be gone for longer than the grace. */
  closed(who: Who, atOnce: boolean): void {
    const key = userKey(who);
    const user = this.#online.get(key);
    if (user === undefined) return;
    user.open -= 1;
    if (user.open > 0) return;
    user.closedAtMs = this.#options.clock.now();
    if (atOnce || this.#options.graceMs === 0) this.#leave(key, user);
    else this.#grace.put(key, user);
  }

  status(who: Who): Status {
    const key = userKey(who);
    if (this.#online.has(key)) return { online: true, lastActiveAtMs: 0 };
    return { online: false, lastActiveAtMs: this.#lastActive.get(key) ?? 0 };
  }

  onlineCount(app: AppId): number {
    return this.#counts.get(app) ?? 0;
  }

  stop(): void {
    this.#grace.clear();
  }

  #leave(key: string, { app, uid, closedAtMs }: OnlineUser): void {
    this.#online.delete(key);
    this.#lastActive.set(key, closedAtMs);
    this.#count(app, -1);
    this.#options.onTransition({ app, uid, online: false, lastActiveAtMs: closedAtMs, atMs: this.#options.clock.now() });
  }

  #count(app: AppId, by: number): void {
    const count = this.onlineCount(app) + by;
    if (count > 0) this.#counts.set(app, count);
    else this.#counts.delete(app);
  }
}
