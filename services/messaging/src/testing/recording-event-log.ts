// An event log that remembers, refuses when told to, has followers, and hands what a test publishes to the consumers.

import { fail } from "@parlance/platform/errors";
import { decodeEvent, type EventHandlers, type EventLog, type FollowOptions, type LogRecord, type OnBatch, type Subscription, type Topic } from "@parlance/platform/eventlog";
import type { Event } from "@parlance/proto/event/v1/event";

type Handler = (event: Event) => Promise<unknown>;

export class RecordingEventLog implements EventLog {
  readonly name = "recording-event-log";
  readonly records: LogRecord[] = [];
  /** Refuses appends while set. */
  away = false;
  /** Awaited by every append; rejects like a log that is away. */
  beforeAppend: (() => Promise<void>) | undefined;
  readonly #followers = new Set<{ readonly onBatch: OnBatch; readonly onLost: FollowOptions["onLost"] }>();
  #handlers: Readonly<Record<string, Handler | undefined>> = {};

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    await this.beforeAppend?.();
    if (this.away) throw fail("ERR_OPERATION_FAILED", "away");
    this.records.push(...records);
    for (const { onBatch } of this.#followers) onBatch(records);
  }

  follow(_topics: readonly Topic[], onBatch: OnBatch, { onLost }: FollowOptions = {}): Subscription {
    const follower = { onBatch, onLost };
    this.#followers.add(follower);
    return {
      close: async () => {
        this.#followers.delete(follower);
      },
    };
  }

  /** Followers have missed something. */
  lose(): void {
    for (const { onLost } of this.#followers) onLost?.([{ topic: "events", partition: 0, records: 1 }]);
  }

  consume(_group: string, _topic: "events", handlers: EventHandlers<Event>): Subscription {
    this.#handlers = handlers as Readonly<Record<string, Handler | undefined>>;
    return { close: () => Promise.resolve() };
  }

  caughtUp(): Promise<boolean> {
    return Promise.resolve(true);
  }

  lag(): Promise<number> {
    return Promise.resolve(0);
  }

  /** As the runner would, once. */
  async deliver(event: Event): Promise<void> {
    await this.#handlers[event.body!.$case]?.(event);
  }

  /** Takes what was recorded: channel, kind, headers and the decoded event. */
  taken(): { channel: string; record: LogRecord; event: Event }[] {
    return this.records.splice(0).map((record) => ({
      channel: record.key, record, event: decodeEvent(record.value, record.headers.kind),
    }));
  }
}
