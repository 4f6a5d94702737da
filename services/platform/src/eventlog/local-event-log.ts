/**
 * The event log of a single process (E18).
 *
 * Followers get every record within the append call. Stored is only what somebody can ever read: a record of
 * `events` whose kind is handled by a durable group (declared in `groups`, or consuming now) or named in
 * `persistKinds`. Any other record ends with the followers, and its append resolves in the same tick. So a group
 * that must not miss what happens while it is not running, or that starts from the earliest record, has to be
 * declared when the log is made: then its kinds are kept from the first start on, and its positions hold.
 *
 * Stored records go to SQLite in one write per tick, in 24 partitions by key. They are kept 7 days; of those that
 * every group has passed at most `keepPassed` a partition are kept, for replay. `live` is never stored.
 * Values belong to the log until the append resolves: do not change them.
 */
import type { Event } from "@parlance/proto/event/v1/event";
import { fail } from "../errors/index.js";
import type { Log } from "../log/index.js";
import type { Metrics } from "../metrics/index.js";
import type { Random } from "../random/index.js";
import type { Sqlite } from "../sqlite/index.js";
import type { Clock, Timer } from "../time/index.js";
import { AppendQueue } from "./append-queue.js";
import { Followers } from "./followers.js";
import { LocalGroup } from "./local-group.js";
import { logMetrics, type LogMetrics } from "./log-metrics.js";
import { LocalLogStore } from "./local-store.js";
import { EVENT_PARTITIONS } from "./partition.js";
import type {
  DeadLetters, Decode, EventHandlers, EventLog, Following, GroupDeclaration, LogRecord, OnBatch, Subscription, Topic,
} from "./port.js";

const VALUE_BYTES_MAX = 1024 * 1024;
const TRIM_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;

export type LocalEventLogOptions<E = Event> = {
  readonly sqlite: Sqlite;
  readonly decode: Decode<E>;
  readonly groups?: readonly GroupDeclaration[];
  readonly persistKinds?: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics?: Metrics;
  readonly retentionMs?: number;
  readonly deadRetentionMs?: number;
  readonly keepPassed?: number;
  readonly queueBytesMax?: number;
};

export class LocalEventLog<E = Event> implements EventLog<E> {
  readonly name = "eventlog.local";
  readonly #options: LocalEventLogOptions<E>;
  readonly #store: LocalLogStore;
  readonly #queue: AppendQueue;
  readonly #followers: Followers;
  readonly #metrics: LogMetrics | undefined;
  readonly #kept: Set<string>;
  readonly #groupNames: Set<string>;
  readonly #consuming = new Map<string, EventHandlers<E>>();
  readonly #running = new Map<string, LocalGroup<E>>();
  readonly #ending = new Map<string, Promise<void>>();
  readonly #heads: number[] = new Array<number>(EVENT_PARTITIONS).fill(0);
  readonly #positions = new Map<string, number[]>();
  #state: "new" | "started" | "stopped" = "new";
  #trimTimer: Timer | undefined;
  #trimming: Promise<void> = Promise.resolve();

  constructor(options: LocalEventLogOptions<E>) {
    this.#options = options;
    this.#store = new LocalLogStore(options.sqlite);
    this.#queue = new AppendQueue({
      write: (records) => this.#write(records),
      clock: options.clock,
      ...(options.queueBytesMax === undefined ? {} : { bytesMax: options.queueBytesMax }),
    });
    this.#followers = new Followers(options.log, options.queueBytesMax);
    const groups = options.groups ?? [];
    this.#kept = new Set([...(options.persistKinds ?? []), ...groups.flatMap((group) => group.kinds)]);
    this.#groupNames = new Set(groups.map((group) => group.name));
    if (options.metrics !== undefined) {
      this.#metrics = logMetrics(options.metrics, this.#queue.queue, this.#followers.waiting, () => this.#lags());
    }
  }

  get deadLetters(): DeadLetters {
    return this.#store;
  }

  async start(): Promise<void> {
    const { heads, positions } = await this.#store.state();
    for (const [partition, head] of heads) this.#heads[partition] = head;
    for (const [group, partition, position] of positions) this.#positionsOf(group)[partition] = position;
    this.#state = "started";
    for (const [group, handlers] of this.#consuming) this.#run(group, handlers);
    this.#trimTimer = this.#options.clock.every(TRIM_EVERY_MS, () => this.#trimSoon());
  }

  async stop(): Promise<void> {
    this.#state = "stopped";
    this.#trimTimer?.cancel();
    await this.#queue.settled();
    await Promise.all([...this.#consuming.keys()].map((group) => this.#end(group)));
    await this.#trimming;
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    if (this.#state !== "started") throw fail("ERR_OPERATION_FAILED", "the event log is not running");
    for (const record of records) assertAppendable(record);
    const kept = records.filter((record) => record.topic === "events" && this.#kept.has(record.headers.kind));
    this.#followers.assertRoom(records);
    const written = kept.length > 0 ? this.#queue.push(kept) : undefined;
    this.#followers.deliver(records);
    await written;
  }

  follow(topics: readonly Topic[], onBatch: OnBatch): Following {
    return this.#followers.add(topics, onBatch);
  }

  consume(group: string, _topic: "events", handlers: EventHandlers<E>): Subscription {
    if (this.#consuming.has(group)) throw new Error(`group ${group} already consumes in this process`);
    this.#consuming.set(group, handlers);
    this.#groupNames.add(group);
    for (const kind of Object.keys(handlers)) this.#kept.add(kind);
    if (this.#state === "started") this.#run(group, handlers);
    return { close: () => this.#end(group) };
  }

  async caughtUp(): Promise<boolean> {
    if (!this.#queue.idle || !this.#followers.idle) return false;
    return [...this.#running.values()].every((group) => group.idle);
  }

  async lag(group: string): Promise<number> {
    return this.#lagOf(group);
  }

  #run(group: string, handlers: EventHandlers<E>): void {
    const positions = this.#positionsOf(group);
    const { decode, clock, random, log } = this.#options;
    const running = new LocalGroup({
      group, handlers, decode, clock, random, log,
      store: this.#store,
      positionOf: (partition) => positions[partition] ?? 0,
      headOf: (partition) => this.#heads[partition] ?? 0,
      onOutcome: (outcome) => this.#metrics?.outcome(group, outcome),
    });
    this.#running.set(group, running);
    running.wakeAll();
  }

  #end(group: string): Promise<void> {
    const running = this.#running.get(group);
    const ending = this.#ending.get(group) ?? this.#endNow(group, running).finally(() => this.#ending.delete(group));
    this.#ending.set(group, ending);
    return ending;
  }

  async #endNow(group: string, running: LocalGroup<E> | undefined): Promise<void> {
    await running?.stop();
    if (running !== undefined) this.#positions.set(group, this.#heads.map((_, partition) => running.positionOf(partition)));
    this.#running.delete(group);
    this.#consuming.delete(group);
  }

  async #write(records: readonly LogRecord[]): Promise<void> {
    const heads = await this.#store.append(records, this.#options.clock.now());
    for (const [partition, head] of heads) {
      this.#heads[partition] = head;
      for (const group of this.#running.values()) group.wake(partition);
    }
  }

  #trimSoon(): void {
    this.#trimming = this.#trimming.then(() => this.#trim());
  }

  async #trim(): Promise<void> {
    const { clock, log, retentionMs = 7 * DAY_MS, deadRetentionMs = 30 * DAY_MS, keepPassed = 10_000 } = this.#options;
    const args = {
      groups: [...this.#groupNames],
      beforeMs: clock.now() - retentionMs,
      deadBeforeMs: clock.now() - deadRetentionMs,
      keepPassed,
    };
    try {
      let more = true;
      while (more && this.#state === "started") more = await this.#store.trim(args);
    } catch (error) {
      log.warn({ error }, "event log not trimmed, will retry");
    }
  }

  #positionsOf(group: string): number[] {
    let positions = this.#positions.get(group);
    if (positions === undefined) this.#positions.set(group, (positions = new Array<number>(EVENT_PARTITIONS).fill(0)));
    return positions;
  }

  #lagOf(group: string): number {
    const running = this.#running.get(group);
    const positions = this.#positionsOf(group);
    return this.#heads.reduce((lag, head, partition) => {
      return lag + head - (running?.positionOf(partition) ?? positions[partition] ?? 0);
    }, 0);
  }

  #lags(): ReadonlyMap<string, number> {
    return new Map([...this.#groupNames].map((group) => [group, this.#lagOf(group)]));
  }
}

function assertAppendable(record: LogRecord): void {
  if (record.value.byteLength > VALUE_BYTES_MAX) throw fail("ERR_PAYLOAD_TOO_LARGE", "a record is larger than 1 MiB");
  if (record.key === "" || record.headers.id === "") throw fail("ERR_BAD_REQUEST", "a record has no key or no id");
}
