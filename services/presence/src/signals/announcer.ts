// Tells transitions to the world: watchers (live, may be lost) and identity (durable, repeated until taken). Only the
// newest status of a user waits, so what waits is bounded by the users, and a log that was away gets net differences.
// Whatever identity was told by an earlier life of this service is void: that comes first.

import type { LogRecord } from "@parlance/platform/eventlog";
import type { AppId, Uid } from "@parlance/platform/ids";
import type { Log } from "@parlance/platform/log";
import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import { Party } from "@parlance/proto/messaging/v1/message";
import { userKey, type Transition } from "../domain/user-presence.js";
import { presenceChanged, presenceReset, userStatusChanged } from "./facts.js";
import type { Outlet } from "./outlet.js";
import type { Parties } from "./parties.js";

const BATCH = 500;
const RETRY_CAP_MS = 5_000;

export interface AnnouncerOptions {
  readonly parties: Pick<Parties, "all">;
  readonly outlet: Pick<Outlet, "signal" | "fact">;
  readonly clock: Pick<Clock, "sleep">;
  readonly random: Pick<Random, "fullJitter">;
  readonly log: Log;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #stopping = new AbortController();
  #waiting = new Map<string, Transition>();
  #reset: LogRecord | undefined;
  #draining: Promise<void> | undefined;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** This life of the service began at `atMs`. */
  begin(atMs: number): void {
    this.#reset = presenceReset(atMs);
    this.#draining ??= this.#drain();
  }

  announce(transition: Transition): void {
    const key = userKey(transition);
    // Behind what came before it in other users; a newer status takes the place of an older one.
    this.#waiting.delete(key);
    this.#waiting.set(key, transition);
    this.#draining ??= this.#drain();
  }

  get idle(): boolean {
    return this.#draining === undefined;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#draining;
  }

  async #drain(): Promise<void> {
    // Transitions of one report go in one batch.
    await Promise.resolve();
    if (this.#reset !== undefined) await this.#record([this.#reset]);
    this.#reset = undefined;
    while (this.#waiting.size > 0 && !this.#stopping.signal.aborted) {
      const batch = [...this.#waiting.values()].slice(0, BATCH);
      for (const transition of batch) this.#waiting.delete(userKey(transition));
      await this.#tell(batch);
      await this.#record(batch.map(userStatusChanged));
    }
    this.#draining = undefined;
  }

  async #tell(batch: readonly Transition[]): Promise<void> {
    const { parties, outlet } = this.#options;
    for (const [app, transitions] of byApp(batch)) {
      const known = await parties.all(app, transitions.map(({ uid }) => uid));
      await outlet.signal(transitions.flatMap((transition) => presenceChanged(transition, partyIn(known, transition.uid))));
    }
  }

  async #record(facts: readonly LogRecord[]): Promise<void> {
    const { outlet, clock, random, log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await outlet.fact(facts);
        return;
      } catch (error) {
        log.warn({ error, count: facts.length }, "statuses wait for the event log");
        await clock.sleep(random.fullJitter(RETRY_CAP_MS), signal).catch(() => undefined);
      }
    }
  }
}

function byApp(batch: readonly Transition[]): Map<AppId, Transition[]> {
  const apps = new Map<AppId, Transition[]>();
  for (const transition of batch) {
    const transitions = apps.get(transition.app);
    if (transitions === undefined) apps.set(transition.app, [transition]);
    else transitions.push(transition);
  }
  return apps;
}

function partyIn(known: ReadonlyMap<Uid, Party>, uid: Uid): Party {
  return known.get(uid) ?? Party.fromPartial({ id: uid });
}
