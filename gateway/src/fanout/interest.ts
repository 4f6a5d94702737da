import { createHash } from "node:crypto";
import type { LogRecord } from "@parlance/platform/eventlog";
import type { Listened, Session } from "../ws/session.js";
import type { Feed } from "./feed.js";

/** A channel somebody here listens to. */
export class Channel implements Listened {
  /** `<app>/<channel>`, as the event log's key. */
  readonly key: string;
  /** In the order they came. */
  readonly sessions = new Set<Session>();
  /** Records of this tick. */
  batch: LogRecord[] | undefined = undefined;
  batchBytes = 0;
  /** Of a group: stands for it in the sum that tells which groups a session hears. Else 0. */
  readonly sumLow: number;
  readonly sumHigh: number;

  constructor(key: string) {
    this.key = key;
    const hash = channelOfKey(key).startsWith(GROUP_PREFIX) ? createHash("sha256").update(key).digest() : undefined;
    this.sumLow = hash?.readInt32LE(0) ?? 0;
    this.sumHigh = hash?.readInt32LE(4) ?? 0;
  }
}

export function appOfKey(key: string): string {
  return key.slice(0, key.indexOf("/"));
}

export function channelOfKey(key: string): string {
  return key.slice(key.indexOf("/") + 1);
}

export const GROUP_PREFIX = "g:";
export const INBOX_PREFIX = "u:";

export const inboxKey = (app: string, uid: string) => `${app}/u:${uid}`;
export const groupKey = (app: string, guid: string) => `${app}/g:${guid}`;
export const watchKey = (app: string, uid: string) => `${app}/p:u:${uid}`;
export const watchAllKey = (app: string) => `${app}/p:all`;

/** Who here listens to what. A record whose key is not in it is nobody's and is never decoded (E9). */
export class Interest {
  readonly #channels = new Map<string, Channel>();
  readonly #feed: Pick<Feed, "wanted" | "unwanted">;

  constructor(feed: Pick<Feed, "wanted" | "unwanted">) {
    this.#feed = feed;
  }

  get size(): number {
    return this.#channels.size;
  }

  get(key: string): Channel | undefined {
    return this.#channels.get(key);
  }

  /** False when the session was in it already. */
  join(session: Session, key: string): boolean {
    let channel = this.#channels.get(key);
    if (channel === undefined) {
      channel = new Channel(key);
      this.#channels.set(key, channel);
      this.#feed.wanted(key);
    }
    if (channel.sessions.has(session)) return false;
    channel.sessions.add(session);
    session.channels.add(channel);
    flip(session, channel);
    return true;
  }

  /** False when the session was not in it. */
  leave(session: Session, key: string): boolean {
    const channel = this.#channels.get(key);
    if (channel === undefined || !channel.sessions.delete(session)) return false;
    session.channels.delete(channel);
    flip(session, channel);
    this.#dropIfEmpty(channel);
    return true;
  }

  leaveAll(session: Session): void {
    for (const channel of session.channels) {
      channel.sessions.delete(session);
      this.#dropIfEmpty(channel);
    }
    session.channels.clear();
    session.groupsLow = 0;
    session.groupsHigh = 0;
  }

  has(session: Session, key: string): boolean {
    return this.#channels.get(key)?.sessions.has(session) === true;
  }

  sessionsOf(app: string, uid: string): ReadonlySet<Session> {
    return this.#channels.get(inboxKey(app, uid))?.sessions ?? NONE;
  }

  #dropIfEmpty({ key, sessions }: Listened): void {
    if (sessions.size > 0) return;
    this.#channels.delete(key);
    this.#feed.unwanted(key);
  }
}

/** In or out of the sum: the same bits do both. */
function flip(session: Session, { sumLow, sumHigh }: Channel): void {
  session.groupsLow ^= sumLow;
  session.groupsHigh ^= sumHigh;
}

const NONE: ReadonlySet<Session> = new Set();
