import type { LogRecord } from "@parlance/platform/eventlog";
import type { Figures } from "../figures.js";
import type { Session } from "../ws/session.js";
import type { Sessions } from "../ws/sessions.js";
import type { Deliver, Exclusions } from "./deliver.js";
import { appOfKey, type Channel, type Interest } from "./interest.js";

/** A channel's batch is flushed in the middle of a tick above this (Q4). */
const BATCH_RECORDS_MAX = 256;
const BATCH_BYTES_MAX = 64 * 1024;
/** Typing and transient records of one channel that wait (Q16); the oldest give way. */
const BATCH_LIVE_MAX = 100;

export interface CoalesceParts {
  readonly interest: Interest;
  readonly sessions: Pick<Sessions, "get">;
  readonly deliver: Deliver;
  readonly figures: Pick<Figures, "signalDropped">;
  /** Asks for `flush` at the end of this tick. */
  readonly request: () => void;
}

/** What one tick brings one channel goes out as one frame. */
export class Coalesce {
  readonly #parts: CoalesceParts;
  #dirty: Channel[] = [];

  constructor(parts: CoalesceParts) {
    this.#parts = parts;
  }

  add(channel: Channel, record: LogRecord): void {
    if (channel.batch === undefined) {
      channel.batch = [];
      this.#dirty.push(channel);
      this.#parts.request();
    }
    channel.batch.push(record);
    channel.batchBytes += record.value.byteLength;
    if (record.topic === "live" && channel.batch.length > BATCH_LIVE_MAX) this.#dropOldestSignal(channel.batch);
    if (channel.batch.length >= BATCH_RECORDS_MAX || channel.batchBytes >= BATCH_BYTES_MAX) this.flushChannel(channel);
  }

  /** Everything that came has been handed on. */
  get isIdle(): boolean {
    return this.#dirty.length === 0;
  }

  flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const channel of dirty) this.flushChannel(channel);
  }

  /** Before the sessions of a channel change: what came so far is for those who were in it. */
  flushChannel(channel: Channel): void {
    const batch = channel.batch;
    channel.batch = undefined;
    channel.batchBytes = 0;
    if (batch !== undefined) this.#parts.deliver.toAll(channel.sessions, batch, this.#exclusions(channel, batch));
  }

  #dropOldestSignal(batch: LogRecord[]): void {
    const signals = batch.filter(({ topic }) => topic === "live");
    const [oldest] = signals;
    if (signals.length <= BATCH_LIVE_MAX || oldest === undefined) return;
    batch.splice(batch.indexOf(oldest), 1);
    this.#parts.figures.signalDropped("channel");
  }

  /** From headers to sessions, so that the many who are not excluded cost one look-up by identity. */
  #exclusions(channel: Channel, batch: readonly LogRecord[]): Exclusions {
    const exclusions = new Map<Session, Set<LogRecord>>();
    const exclude = (session: Session, record: LogRecord) => {
      const records = exclusions.get(session);
      if (records === undefined) exclusions.set(session, new Set([record]));
      else records.add(record);
    };
    for (const record of batch) {
      const { origin, except } = record.headers;
      const own = origin === undefined ? undefined : this.#parts.sessions.get(origin);
      if (own !== undefined) exclude(own, record);
      if (except === undefined) continue;
      for (const session of this.#parts.interest.sessionsOf(appOfKey(channel.key), except)) exclude(session, record);
    }
    return exclusions;
  }
}
