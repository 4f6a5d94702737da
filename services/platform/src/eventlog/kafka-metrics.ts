import { exportQueue, type BoundedQueue } from "../limits/index.js";
import type { Gauge, Metrics } from "../metrics/index.js";
import type { Lag } from "./kafka-lag.js";
import type { Outcome } from "./runner.js";

/** What is read when the metrics are. */
export type KafkaFigures = {
  readonly queues: readonly BoundedQueue<unknown>[];
  readonly refusals: () => number;
  readonly producersBuilt: () => number;
  readonly consumersBuilt: () => ReadonlyMap<string, number>;
  /** By group, then by partition. */
  readonly groupLags: () => ReadonlyMap<string, ReadonlyMap<number, Lag>>;
  readonly followerLag: () => Lag;
  /** Since the last answer of a broker, by who asks. */
  readonly fetchAges: () => ReadonlyMap<string, number>;
};

export type KafkaMetrics = { outcome(group: string, outcome: Outcome): void };

export function kafkaMetrics(metrics: Metrics, figures: KafkaFigures): KafkaMetrics {
  for (const queue of figures.queues) exportQueue(metrics, queue);
  exportLags(metrics, figures);
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge({ name, help, collect: (it: Gauge) => it.set(read()) });
  gauge("parlance_eventlog_append_refusals", "Appends refused because a queue was full, since the start", figures.refusals);
  gauge("parlance_eventlog_producers_built", "Kafka producers made since the start; one when nothing went wrong", figures.producersBuilt);
  gauge("parlance_eventlog_follower_lag_records", "Records known to wait for this process's followers", () => figures.followerLag().records);
  gauge("parlance_eventlog_follower_lag_seconds", "How far followers are behind: age of what waits, or time since the brokers last answered", () => figures.followerLag().ms / 1_000);
  metrics.gauge({
    name: "parlance_eventlog_consumers_built",
    help: "Consumers of a group made since the start; one when nothing went wrong",
    labels: ["group"],
    collect: (it) => {
      for (const [group, built] of figures.consumersBuilt()) it.set(built, { group });
    },
  });
  const outcomes = metrics.counter({
    name: "parlance_eventlog_records_total",
    help: "Records of a group by what became of them; retried counts attempts",
    labels: ["group", "outcome"],
  });
  return { outcome: (group, outcome) => outcomes.inc({ group, outcome }) };
}

/** E20. */
function exportLags(metrics: Metrics, { groupLags, fetchAges }: KafkaFigures): void {
  const lagGauge = (name: string, help: string, of: (lag: Lag) => number) => metrics.gauge({
    name, help, labels: ["group", "partition"],
    collect: (gauge) => {
      for (const [group, partitions] of groupLags()) {
        for (const [partition, lag] of partitions) gauge.set(of(lag), { group, partition: String(partition) });
      }
    },
  });
  lagGauge("parlance_eventlog_partition_lag_records", "Records between a group's position and the end of a partition", ({ records }) => records);
  lagGauge("parlance_eventlog_partition_lag_seconds", "Age of the newest record taken of a partition whose records wait", ({ ms }) => ms / 1_000);
  metrics.gauge({
    name: "parlance_eventlog_fetch_age_seconds",
    help: "Time since the last answer of a broker to a group or the followers",
    labels: ["reader"],
    collect: (gauge) => {
      for (const [reader, ms] of fetchAges()) gauge.set(ms / 1_000, { reader });
    },
  });
}
