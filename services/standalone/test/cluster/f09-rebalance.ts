// F9: members come into the groups of consumers and go, every five seconds.
import { describe, it } from "vitest";
import { systemClock } from "@parlance/platform/time";
import { FaultRun } from "./kit/fault-run.js";
import type { Suite } from "./kit/place.js";

const TIMES = 4;
const EVERY_MS = 5_000;

async function atLeast(ms: number, work: Promise<void>): Promise<void> {
  await Promise.all([work, systemClock().sleep(ms)]);
}

export const f09Rebalance: Suite = (place) => {
  describe("F9: a member of every group of messaging comes and goes", () => {
    it("goes on and loses nothing (I1-I11, I13-I15, I18)", async () => {
      const { cluster, seed } = place();
      const run = await FaultRun.start(cluster, { name: "F9", seed });
      const pod = cluster.pod("messaging-2");
      await run.fault(`F9 rebalance, ${TIMES} times`, async () => {
        for (let turn = 0; turn < TIMES; turn += 1) {
          await atLeast(EVERY_MS, pod.terminate());
          await atLeast(EVERY_MS, pod.start());
        }
      }, { countsFrom: "heal" });
      await run.finish();
    }, 200_000);
  });
};
