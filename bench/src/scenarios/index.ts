import { cluster, clusterReconnect } from "./cluster.js";
import { exchange } from "./exchange.js";
import { group } from "./group.js";
import { idle } from "./idle.js";
import { pairs, pairsOf } from "./pairs.js";
import { reconnect } from "./reconnect.js";
import type { Scenario } from "./scenario.js";
import { start } from "./start.js";

/** By the name on the command line. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  pairs, group, idle, exchange, reconnect, start, cluster,
  "cluster-reconnect": clusterReconnect,
  "pairs-200": async (plan) => [await pairsOf(plan, 200)],
};

/** Those whose server is a cluster. */
export const CLUSTERED: ReadonlySet<string> = new Set(["cluster", "cluster-reconnect"]);

/** What `all` runs. */
export const ALL = ["start", "pairs", "group", "idle", "exchange", "reconnect", "cluster", "cluster-reconnect"] as const;
