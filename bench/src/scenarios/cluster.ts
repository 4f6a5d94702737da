import type { Row } from "../stats/measured.js";
import { Servers, type RunningCluster } from "../system/cluster.js";
import { Preparation } from "../system/preparation.js";
import { targetOf } from "../wire/socket.js";
import { CLUSTER_DURABILITY } from "./durability.js";
import { DRAIN_MS, repeat, TEXT, type Plan } from "./scenario.js";
import { load } from "./with-server.js";

/** About 200 messages a second, the load of P22. */
const MODERATE = { pairs: 50, pauseMs: 240 };

const WARMING = { pairs: 50, pauseMs: 0 };
const WARM_MS = 30_000;

const LOADS = [
  { name: "50 pairs with pauses (moderate load)", ...MODERATE },
  { name: "50 pairs", pairs: 50, pauseMs: 0 },
  { name: "200 pairs", pairs: 200, pauseMs: 0 },
] as const;

/** B25, B27: one-to-one over Kafka, senders at one gateway and receivers at the other; everything shares the machine's cores. */
export async function cluster(plan: Plan): Promise<readonly Row[]> {
  return withServers(async (servers) => {
    plan.say("cluster: warming up Kafka and the store, not measured");
    await withCluster(plan, servers, (running) => pairsOn({ ...plan, windowMs: WARM_MS }, running, WARMING));
    const rows: Row[] = [];
    for (const wanted of LOADS) {
      const scenario = `cluster: ${wanted.name}`;
      const rounds = await repeat(plan, scenario, () => withCluster(plan, servers, (running) => pairsOn(plan, running, wanted)));
      rows.push({ scenario, durability: CLUSTER_DURABILITY, rounds });
    }
    return rows;
  });
}

const SOCKETS = 5_000;
const MISS_EVERY = 10;
const GIVE_UP_MS = 60_000;

/** B26: all sockets of one gateway are lost at once and come back at the other; a tenth of the clients has missed a message. */
export async function clusterReconnect(plan: Plan): Promise<readonly Row[]> {
  const scenario = `cluster: reconnect of ${SOCKETS} at another gateway`;
  const rounds = await withServers((servers) => repeat(plan, scenario, () => withCluster(plan, servers, async ({ credentials, pids }) => {
    const [first, second] = credentials;
    const accounts = await new Preparation(first!).users("away", SOCKETS + 1);
    return load({
      kind: "reconnect", accounts, serverPid: 0, processes: pids, missEvery: MISS_EVERY, firstWaitMs: 5_000, giveUpMs: GIVE_UP_MS,
      target: targetOf(first!.realtimeUrl), nextTarget: targetOf(second!.realtimeUrl),
    });
  }, { PARLANCE_GATEWAY_UPGRADES_PER_SECOND: "500", PARLANCE_GATEWAY_UPGRADES_BURST: "500" })));
  return [{ scenario, durability: CLUSTER_DURABILITY, rounds }];
}

async function withServers<R>(work: (servers: Servers) => Promise<R>): Promise<R> {
  const servers = Servers.start();
  try {
    return await work(servers);
  } finally {
    servers.stop();
  }
}

async function withCluster<R>(
  plan: Plan, servers: Servers, round: (running: RunningCluster) => Promise<R>, settings: Readonly<Record<string, string>> = {},
): Promise<R> {
  const running = await servers.startCluster({ ...settings, ...plan.settings });
  try {
    return await round(running);
  } finally {
    await running.stop();
  }
}

async function pairsOn(plan: Plan, { credentials, pids }: RunningCluster, { pairs, pauseMs }: { readonly pairs: number; readonly pauseMs: number }) {
  const [first, second] = credentials;
  const accounts = await new Preparation(first!).users("pair", 2 * pairs);
  const { warmupMs, windowMs } = plan;
  return load({
    kind: "pairs", accounts, pauseMs, warmupMs, windowMs, drainMs: DRAIN_MS, text: TEXT, serverPid: 0, processes: pids,
    target: targetOf(first!.realtimeUrl), receiverTarget: targetOf(second!.realtimeUrl),
  });
}
