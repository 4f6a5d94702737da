import type { Metrics } from "../../metrics/index.js";
import type { PodSet } from "./pod-set.js";

export interface PodFigures {
  /** A call went to another pod because the first was lost. */
  failover(): void;
  /** A call was made again after a wait. */
  retry(): void;
}

export function createPodFigures(metrics: Metrics, target: string, pods: PodSet): PodFigures {
  metrics.gauge({
    name: "parlance_rpc_pods", help: "Pods known of a target, and those of them that can be reached", labels: ["target", "state"],
    collect: (gauge) => {
      gauge.set(pods.all.length, { target, state: "known" });
      gauge.set(pods.live, { target, state: "live" });
    },
  });
  metrics.gauge({
    name: "parlance_rpc_calls_under_way", help: "Calls to all pods of a target that are not answered yet", labels: ["target"],
    collect: (gauge) => gauge.set(pods.all.reduce((sum, pod) => sum + pod.running, 0), { target }),
  });
  const labels = ["target"];
  const failovers = metrics.counter({ name: "parlance_rpc_failovers_total", help: "Calls moved to another pod", labels });
  const retries = metrics.counter({ name: "parlance_rpc_retries_total", help: "Calls made again after a wait", labels });
  return { failover: () => failovers.inc({ target }), retry: () => retries.inc({ target }) };
}
