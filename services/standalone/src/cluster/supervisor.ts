import type { Component } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import type { Clock } from "@parlance/platform/time";
import type { ClusterProcesses } from "./processes.js";
import type { Pod } from "./pod.js";

const START_AGAIN_MS = 500;

/** Starts a pod again that ended by itself: what Kubernetes does in a real cluster. `changed` hears of other pids. */
export function superviseCluster(cluster: ClusterProcesses, clock: Clock, log: Log, changed: () => Promise<void>): Component {
  let stopping = false;

  async function watch(pod: Pod): Promise<void> {
    while (!stopping) {
      await pod.ended();
      if (stopping) return;
      log.warn({ pod: pod.name }, "a pod has ended; it is started again");
      await clock.sleep(START_AGAIN_MS);
      if (stopping) return;
      await pod.start().then(
        () => {
          log.info({ pod: pod.name, pid: pod.pid }, "the pod is back");
          return changed();
        },
        (error: unknown) => log.error({ pod: pod.name, error }, "the pod does not start"),
      );
    }
  }

  return {
    name: "cluster",
    start: async () => {
      await cluster.start();
      await changed();
      for (const pod of cluster.pods) void watch(pod);
    },
    stop: async () => {
      stopping = true;
      await cluster.stop();
    },
  };
}
