// Presence changes are merged before they are sent (chat.md 7.7): per user the latest state wins, and who is back where it was
// makes no event. Merged per channel rather than per connection: everybody in a channel gets the same.

import type { LogRecord } from "@parlance/platform/eventlog";
import type { Clock, Timer } from "@parlance/platform/time";
import type { PresenceChanged } from "@parlance/proto/event/v1/event";
import type { Session } from "../ws/session.js";
import type { Deliver } from "./deliver.js";
import { appOfKey, watchAllKey, type Channel, type Interest } from "./interest.js";

/** Less than the 2 s that are allowed, for the time on the way. */
const WINDOW_MS = 1_000;
const USERS_MAX = 10_000;

interface Change {
  readonly uid: string;
  readonly wasOnline: boolean;
  online: boolean;
  record: LogRecord;
}

export interface PresenceMergeParts {
  readonly clock: Clock;
  readonly interest: Interest;
  readonly deliver: Deliver;
}

export class PresenceMerge {
  readonly #parts: PresenceMergeParts;
  #changes = new Map<Channel, Map<string, Change>>();
  #users = 0;
  #timer: Timer | undefined;

  constructor(parts: PresenceMergeParts) {
    this.#parts = parts;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  add(channel: Channel, record: LogRecord, { user, online }: PresenceChanged): void {
    if (user === undefined) return;
    const changes = this.#changesOf(channel);
    const known = changes.get(user.id);
    if (known === undefined) {
      changes.set(user.id, { uid: user.id, wasOnline: !online, online, record });
      this.#users += 1;
    } else {
      known.online = online;
      known.record = record;
    }
    if (this.#users >= USERS_MAX) this.flush();
    else this.#timer ??= this.#parts.clock.after(WINDOW_MS, () => this.flush());
  }

  flush(): void {
    this.stop();
    const changes = this.#changes;
    this.#changes = new Map();
    this.#users = 0;
    const single = new Map<Session, LogRecord[]>();
    for (const [channel, users] of changes) {
      const news = [...users.values()].filter(({ online, wasOnline }) => online !== wasOnline);
      if (news.length === 0) continue;
      if (channel.key === watchAllKey(appOfKey(channel.key))) this.#toWatchersOfAll(channel, news);
      else this.#gather(channel, news, changes, single);
    }
    for (const [session, records] of single) this.#parts.deliver.toOne(session, records);
  }

  #changesOf(channel: Channel): Map<string, Change> {
    let changes = this.#changes.get(channel);
    if (changes === undefined) {
      changes = new Map();
      this.#changes.set(channel, changes);
    }
    return changes;
  }

  /** A user's own sockets hear nothing of the user (chat.md 7.8). */
  #toWatchersOfAll(channel: Channel, news: readonly Change[]): void {
    const exclusions = new Map<Session, Set<LogRecord>>();
    for (const { uid, record } of news) {
      for (const session of this.#parts.interest.sessionsOf(appOfKey(channel.key), uid)) exclusions.set(session, new Set([record]));
    }
    this.#parts.deliver.toAll(channel.sessions, news.map(({ record }) => record), exclusions);
  }

  /** A session that watches several users gets one frame, and what the channel of all brings it not twice. */
  #gather(
    channel: Channel, news: readonly Change[],
    all: ReadonlyMap<Channel, ReadonlyMap<string, Change>>, into: Map<Session, LogRecord[]>,
  ): void {
    const wide = this.#parts.interest.get(watchAllKey(appOfKey(channel.key)));
    const told = wide === undefined ? undefined : all.get(wide);
    for (const session of channel.sessions) {
      const records = news
        .filter(({ uid }) => uid !== session.caller.uid && !(session.watchesAll && told?.has(uid) === true))
        .map(({ record }) => record);
      const before = into.get(session);
      if (before === undefined) into.set(session, records);
      else before.push(...records);
    }
  }
}
