/** The topics (E2) and how they are made: at start, by whoever comes first, never by a typo (CK4). */
import type { Admin, ITopicConfig } from "kafkajs";
import type { Log } from "../log/index.js";
import type { Clock } from "../time/index.js";
import { isNotSettled } from "./kafka-errors.js";
import type { KafkaSettings } from "./kafka-settings.js";
import { EVENT_PARTITIONS } from "./partition.js";
import type { Topic } from "./port.js";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** CK5. */
const MESSAGE_BYTES_MAX = 1024 * 1024;
/** A record with its key and headers; leaves room for what a dead letter adds. */
export const RECORD_BYTES_MAX = MESSAGE_BYTES_MAX - 8 * 1024;
/** K12: a topic that was just made is not known to every broker at once. */
const KNOWN_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 250;

export type LogTopic = Topic | "dead";
type TopicPlan = { readonly partitions: number; readonly retentionMs: number };

/** Partition counts are for ever: another count moves keys and breaks their order (E4). */
export const TOPICS: Readonly<Record<LogTopic, TopicPlan>> = {
  events: { partitions: EVENT_PARTITIONS, retentionMs: 7 * DAY_MS },
  live: { partitions: 12, retentionMs: 10 * MINUTE_MS },
  dead: { partitions: 3, retentionMs: 30 * DAY_MS },
};
const KINDS = Object.keys(TOPICS) as LogTopic[];

export type TopicDeps = {
  readonly admin: Admin;
  readonly settings: Pick<KafkaSettings, "kafkaTopicPrefix" | "kafkaReplication">;
  readonly clock: Clock;
  readonly log: Log;
};

/** Makes what is missing and checks what is there. Throws when a topic cannot be had as the contract says. */
export async function ensureTopics(deps: TopicDeps): Promise<void> {
  const { admin, settings, clock, log } = deps;
  const missing = await missingOf(deps);
  if (missing.length > 0) {
    const { brokers } = await admin.describeCluster();
    const replicas = Math.min(settings.kafkaReplication, brokers.length);
    if (replicas < settings.kafkaReplication) {
      log.warn({ wanted: settings.kafkaReplication, brokers: brokers.length }, "kafka has fewer brokers than replicas are wanted");
    }
    const topics = missing.map((kind) => topicConfig(kind, settings.kafkaTopicPrefix, replicas));
    await patiently(clock, async () => void (await admin.createTopics({ topics, waitForLeaders: true, timeout: 10_000 })));
  }
  await patiently(clock, () => assertPartitions(deps));
}

async function missingOf({ admin, settings }: TopicDeps): Promise<LogTopic[]> {
  const known = new Set(await admin.listTopics());
  return KINDS.filter((kind) => !known.has(settings.kafkaTopicPrefix + kind));
}

function topicConfig(kind: LogTopic, prefix: string, replicas: number): ITopicConfig {
  const { partitions, retentionMs } = TOPICS[kind];
  const entries = {
    "retention.ms": retentionMs,
    "cleanup.policy": "delete",
    "compression.type": "producer",
    "max.message.bytes": MESSAGE_BYTES_MAX,
    "unclean.leader.election.enable": false,
    // CK1: with two replicas a minimum of two would stop writing when either is down.
    "min.insync.replicas": replicas >= 3 ? 2 : 1,
  };
  return {
    topic: prefix + kind,
    numPartitions: partitions,
    replicationFactor: replicas,
    configEntries: Object.entries(entries).map(([name, value]) => ({ name, value: String(value) })),
  };
}

async function assertPartitions({ admin, settings: { kafkaTopicPrefix: prefix } }: TopicDeps): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: KINDS.map((kind) => prefix + kind) });
  for (const kind of KINDS) {
    const found = topics.find(({ name }) => name === prefix + kind)?.partitions.length ?? 0;
    const wanted = TOPICS[kind].partitions;
    if (found !== wanted) throw new Error(`topic ${prefix}${kind} has ${found} partitions, the contract says ${wanted}`);
    // Asks the leaders themselves.
    await admin.fetchTopicOffsets(prefix + kind);
  }
}

async function patiently(clock: Clock, work: () => Promise<void>): Promise<void> {
  const deadline = clock.monotonic() + KNOWN_WITHIN_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isNotSettled(error) || clock.monotonic() >= deadline) throw error;
      await clock.sleep(ASK_AGAIN_MS);
    }
  }
}
