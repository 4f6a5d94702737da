/**
 * The event log of a cluster: Apache Kafka behind the port.
 *
 *   append → queue of the partition group → batch → broker → followers (readers without a group) and groups
 *
 * All brokers' settings that matter are explicit (reliability.md 6.1); what kafkajs does badly is kept away from the
 * rest by the files beside this one. A live record is accepted when it is queued, and dropped when it cannot be.
 */
import type { Event } from "@parlance/proto/event/v1/event";
import type { Admin, ISocketFactory, Kafka } from "kafkajs";
import { fail } from "../errors/index.js";
import type { Log } from "../log/index.js";
import type { Metrics } from "../metrics/index.js";
import type { Random } from "../random/index.js";
import { TIMED_OUT, within, type Clock } from "../time/index.js";
import { KafkaAppender } from "./kafka-appender.js";
import { createKafka, letGo, RETRY } from "./kafka-client.js";
import { KafkaDeadLetters } from "./kafka-dead-letters.js";
import { isNotSettled, refusalOf } from "./kafka-errors.js";
import type { Positions } from "./kafka-fetch.js";
import { KafkaFollowers } from "./kafka-followers.js";
import { KafkaGroup } from "./kafka-group.js";
import type { Lag } from "./kafka-lag.js";
import { kafkaMetrics, type KafkaMetrics } from "./kafka-metrics.js";
import { buildProducer, KafkaProducer } from "./kafka-producer.js";
import { createPartitionOf } from "./kafka-records.js";
import type { KafkaSettings } from "./kafka-settings.js";
import { ensureTopics, type LogTopic } from "./kafka-topics.js";
import type {
  DeadLetters, Decode, EventHandlers, EventLog, Following, FollowOptions, LogRecord, OnBatch, Subscription, Topic,
} from "./port.js";

const ANSWER_WITHIN_MS = 10_000;
const ASK_AGAIN_MS = 100;
const REFUSED_WITHIN_MS = 500;
const SETTLE_WITHIN_MS = 2_000;

export type KafkaEventLogOptions<E = Event> = {
  readonly settings: KafkaSettings;
  /** The pod's name: what brokers show of this process. */
  readonly clientId: string;
  readonly decode: Decode<E>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics?: Metrics;
  readonly queueBytesMax?: number;
  /** Makes the sockets to the brokers; for tests. */
  readonly socketFactory?: ISocketFactory;
};

export class KafkaEventLog<E = Event> implements EventLog<E> {
  readonly name = "eventlog.kafka";
  readonly #options: KafkaEventLogOptions<E>;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #producer: KafkaProducer;
  readonly #appender: KafkaAppender;
  readonly #followers: KafkaFollowers;
  readonly #deadLetters: KafkaDeadLetters;
  readonly #groups = new Map<string, KafkaGroup<E>>();
  readonly #ending = new Map<string, Promise<void>>();
  readonly #metrics: KafkaMetrics | undefined;
  #state: "new" | "started" | "stopped" = "new";

  constructor(options: KafkaEventLogOptions<E>) {
    this.#options = options;
    const { clock, random, log, queueBytesMax, metrics } = options;
    this.#kafka = createKafka(options);
    this.#admin = this.#kafka.admin({ retry: RETRY });
    this.#producer = new KafkaProducer({ build: () => buildProducer(this.#kafka), clock, random, log });
    const partitionOf = createPartitionOf();
    const topicOf = (topic: LogTopic): string => this.#topicOf(topic);
    this.#appender = new KafkaAppender({
      producer: this.#producer, topicOf, partitionOf, clock, ...(queueBytesMax === undefined ? {} : { queueBytesMax }),
    });
    this.#followers = new KafkaFollowers({ kafka: this.#kafka, topicOf, clock, random, log });
    this.#deadLetters = new KafkaDeadLetters({
      kafka: this.#kafka, producer: this.#producer, topic: topicOf("dead"), partitionOf, clock, random, log,
    });
    if (metrics !== undefined) this.#metrics = this.#export(metrics);
  }

  get deadLetters(): DeadLetters {
    return this.#deadLetters;
  }

  /**
   * Of the followers. A gateway is not ready when `ms` exceeds 10 s (E20): the age of what waits, or the time since the
   * brokers last answered, whichever is more; 0 when nothing waits.
   */
  get followerLag(): Lag {
    return this.#followers.lag;
  }

  /** Since the last answer of a broker, by group, and `followers` for those: a part of liveness (K4). */
  get fetchAges(): ReadonlyMap<string, number> {
    const ages = new Map([...this.#groups].map(([group, { fetchAgeMs }]) => [group, fetchAgeMs]));
    const followers = this.#followers.fetchAgeMs;
    return followers === undefined ? ages : ages.set("followers", followers);
  }

  /** Rejects when the brokers are away or the topics are not as the contract says. */
  async start(): Promise<void> {
    const { settings, clock, log } = this.#options;
    try {
      await this.#admin.connect();
      await ensureTopics({ admin: this.#admin, settings, clock, log });
      this.#state = "started";
      await this.#followers.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
    for (const group of this.#groups.values()) group.start();
  }

  /** At most 2 s for what waits, 10 s for handlers that run, 10 s for brokers that do not answer (K9). */
  async stop(): Promise<void> {
    this.#state = "stopped";
    const { clock, log } = this.#options;
    await within(clock, SETTLE_WITHIN_MS, this.#appender.settled());
    await Promise.all([this.#followers.close(), ...[...this.#groups.keys()].map((group) => this.#end(group))]);
    const stopping = this.#appender.stop();
    await Promise.all([this.#producer.close(), letGo(this.#admin, clock, log)]);
    await within(clock, REFUSED_WITHIN_MS, stopping);
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    if (this.#state !== "started") throw fail("ERR_OPERATION_FAILED", "the event log is not running");
    await this.#followers.placed();
    await this.#appender.append(records);
  }

  follow(topics: readonly Topic[], onBatch: OnBatch, options?: FollowOptions): Following {
    return this.#followers.add(topics, onBatch, options);
  }

  consume(group: string, topic: "events", handlers: EventHandlers<E>): Subscription {
    if (this.#groups.has(group)) throw new Error(`group ${group} already consumes in this process`);
    const { settings, decode, clock, random, log } = this.#options;
    const member = new KafkaGroup<E>({
      kafka: this.#kafka,
      group,
      groupId: this.#groupIdOf(group),
      topic: this.#topicOf(topic),
      sessionTimeoutMs: settings.kafkaSessionTimeoutMs,
      handlers, decode, clock, random, log,
      deadLetters: this.#deadLetters,
      onOutcome: (outcome) => this.#metrics?.outcome(group, outcome),
    });
    this.#groups.set(group, member);
    if (this.#state === "started") member.start();
    return { close: () => this.#end(group) };
  }

  async caughtUp(): Promise<boolean> {
    if (!this.#appender.idle) return false;
    const ends = await this.#ends();
    if (!this.#followers.haveRead(ends)) return false;
    for (const [group, member] of this.#groups) if (!member.idle || (await this.lag(group)) > 0) return false;
    return this.#appender.idle;
  }

  /** As the broker knows it, whoever the group's members are. */
  async lag(group: string): Promise<number> {
    const topic = this.#topicOf("events");
    const [edges, committed] = await Promise.all([
      this.#ask((admin) => admin.fetchTopicOffsets(topic)),
      this.#ask((admin) => admin.fetchOffsets({ groupId: this.#groupIdOf(group), topics: [topic] })),
    ]);
    const positions = new Map(committed[0]?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return edges.reduce((sum, { partition, high, low }) => {
      return sum + Number(high) - Math.max(Number(low), positions.get(partition) ?? 0);
    }, 0);
  }

  async #ends(): Promise<Positions> {
    const topics = (["events", "live"] as const).map((topic) => this.#topicOf(topic));
    return new Map(await Promise.all(topics.map(async (topic) => {
      const edges = await this.#ask((admin) => admin.fetchTopicOffsets(topic));
      const offsets: number[] = [];
      for (const { partition, high } of edges) offsets[partition] = Number(high);
      return [topic, offsets] as const;
    })));
  }

  /** Asks the brokers, again while they have not agreed on who answers. */
  async #ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const { clock } = this.#options;
    const deadline = clock.monotonic() + ANSWER_WITHIN_MS;
    for (;;) {
      try {
        const answer = await within(clock, deadline - clock.monotonic(), question(this.#admin));
        if (answer !== TIMED_OUT) return answer;
        throw new Error("no answer in time");
      } catch (error) {
        if (!isNotSettled(error) || clock.monotonic() >= deadline) throw refusalOf(error);
        await clock.sleep(ASK_AGAIN_MS);
      }
    }
  }

  #end(group: string): Promise<void> {
    const ending = this.#ending.get(group) ?? this.#endNow(group).finally(() => this.#ending.delete(group));
    this.#ending.set(group, ending);
    return ending;
  }

  async #endNow(group: string): Promise<void> {
    await this.#groups.get(group)?.close();
    this.#groups.delete(group);
  }

  #topicOf(topic: LogTopic): string {
    return this.#options.settings.kafkaTopicPrefix + topic;
  }

  #groupIdOf(group: string): string {
    return this.#options.settings.kafkaTopicPrefix + group;
  }

  #export(metrics: Metrics): KafkaMetrics {
    return kafkaMetrics(metrics, {
      queues: this.#appender.queues,
      refusals: () => this.#appender.refusals,
      producersBuilt: () => this.#producer.built,
      consumersBuilt: () => new Map([...this.#groups].map(([group, { built }]) => [group, built])),
      groupLags: () => new Map([...this.#groups].map(([group, member]) => [group, member.lags()])),
      followerLag: () => this.#followers.lag,
      fetchAges: () => this.fetchAges,
    });
  }
}
