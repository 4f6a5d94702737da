import { createKafkaEventLog, decodeEvent, type KafkaEventLog } from "@parlance/platform/eventlog";
import { silentLog } from "@parlance/platform/log";
import { createMetrics } from "@parlance/platform/metrics";
import { systemRandom } from "@parlance/platform/random";
import { systemClock } from "@parlance/platform/time";
import type { Cluster } from "./cluster.js";

/** The cluster's own event log, opened by the test: one more process that appends to it and follows it. */
export async function eventLogBeside({ processes: { shared } }: Cluster): Promise<KafkaEventLog> {
  const log = await createKafkaEventLog({
    settings: {
      kafkaBrokers: [shared.kafkaBrokers], kafkaTopicPrefix: shared.topicPrefix, kafkaReplication: 1, kafkaSessionTimeoutMs: 10_000,
      kafkaTls: false, kafkaSaslMechanism: "none", kafkaUsername: "", kafkaPassword: "",
    },
    clientId: "test", decode: decodeEvent, clock: systemClock(), random: systemRandom(), log: silentLog(), metrics: createMetrics(),
  });
  await log.start();
  return log;
}
