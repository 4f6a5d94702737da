import { exportQueue, type BoundedQueue } from "../limits/index.js";
import type { Metrics } from "../metrics/index.js";
import type { Outcome } from "./runner.js";

export type LogMetrics = { outcome(group: string, outcome: Outcome): void };

/** What the in-process log shows: its queues, what handlers answered, and how far each group is behind (E20). */
export function logMetrics(
  metrics: Metrics,
  appending: BoundedQueue<unknown>,
  following: BoundedQueue<unknown>,
  lags: () => ReadonlyMap<string, number>,
): LogMetrics {
  exportQueue(metrics, appending);
  exportQueue(metrics, following);
  metrics.gauge({
    name: "parlance_eventlog_lag_records",
    help: "Records between a group's position and the end of the log",
    labels: ["group"],
    collect: (gauge) => {
      for (const [group, lag] of lags()) gauge.set(lag, { group });
    },
  });
  const outcomes = metrics.counter({
    name: "parlance_eventlog_records_total",
    help: "Records of a group by what became of them; retried counts attempts",
    labels: ["group", "outcome"],
  });
  return { outcome: (group, outcome) => outcomes.inc({ group, outcome }) };
}
