// F1: every process of the cluster dies by kill -9 under load, one after another, and is started again.
import { describe, it } from "vitest";
import { FaultRun } from "./kit/fault-run.js";
import type { Suite } from "./kit/place.js";

const VICTIMS = ["messaging-1", "messaging-2", "group", "identity", "presence", "gateway-1", "gateway-2"];
const BETWEEN = 150;
const AWAY = 60;

export const f01Kill: Suite = (place) => {
  describe("F1: each process is killed under load, one at a time", () => {
    it("loses nothing, doubles nothing, and the others go on meanwhile (I1-I11, I13-I15, I18)", async () => {
      const { cluster, seed } = place();
      const run = await FaultRun.start(cluster, { name: "F1", seed });
      for (const victim of VICTIMS) {
        await run.load.more(run.random.int(BETWEEN) + BETWEEN);
        const pod = cluster.processes.pod(victim);
        await run.fault(`F1 kill -9 ${victim}`, async () => {
          await pod.kill();
          await run.load.more(AWAY);
          await pod.start();
        });
      }
      await run.finish();
    }, 400_000);
  });
};
