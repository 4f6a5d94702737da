// F17: all sockets drop at once and come back.
import { describe, expect, it } from "vitest";
import { systemClock } from "@parlance/platform/time";
import { MongoTraffic } from "./kit/mongo-traffic.js";
import type { Suite } from "./kit/place.js";
import { Swarm } from "./kit/swarm.js";
import { keep } from "./kit/table.js";

const SOCKETS = 5_000;
const USERS = 50;
const PODS_WITH_STORE = ["identity", "group", "messaging-1", "messaging-2"];
/** One each; and pods look for what was left unpublished meanwhile. */
const QUERIES_MAX = 1.05 * SOCKETS;
/** Five times the goals of 30 and 60 s would be no test at all. */
const ALL_BACK_MS = 60_000;

export const f17Reconnect: Suite = (place) => {
  describe(`F17: ${SOCKETS} sockets drop at once`, () => {
    it("come back, and ask the store at most once each", async () => {
      const { cluster, servers, seed } = place();
      const traffic = new Map(PODS_WITH_STORE.map((name) => [name, new MongoTraffic()]));
      await Promise.all(Array.from(traffic, async ([name, { observe }]) => {
        await cluster.links.lead(name, servers.addressOf("mongo"), observe);
        await cluster.pod(name).terminate();
        await cluster.pod(name).start();
      }));
      const queriesNow = (): readonly number[] => [...traffic.values()].map(({ queries }) => queries);
      const swarm = await Swarm.start(cluster, { users: USERS, sockets: SOCKETS });
      const before = queriesNow();
      const from = systemClock().monotonic();
      const back = await swarm.dropAndReturn();
      const each = queriesNow().map((count, index) => count - before[index]!);
      const queries = each.reduce((sum, count) => sum + count, 0);
      await swarm.stop();
      const at = (share: number): number => back[Math.ceil(share * back.length) - 1]! - from;
      keep([{
        fault: `F17 ${SOCKETS} sockets dropped`, acked: 0, lost: 0, doubled: 0, inversions: 0, holes: 0, other: 0, recoveredMs: at(1), seed,
        note: `99 % back in ${Math.round(at(0.99))} ms; ${swarm.spared} had missed nothing; ${(queries / SOCKETS).toFixed(2)} store queries each (${PODS_WITH_STORE.map((name, index) => `${name} ${each[index]}`).join(", ")})`,
      }]);
      expect(at(1)).toBeLessThan(ALL_BACK_MS);
      expect(queries).toBeLessThanOrEqual(QUERIES_MAX);
      await cluster.links.free();
    }, 240_000);
  });
};
