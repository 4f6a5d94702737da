// F21: one process does not get through to one other, in one direction.
import { describe, it } from "vitest";
import { systemClock } from "@parlance/platform/time";
import { FaultRun } from "./kit/fault-run.js";
import type { Suite } from "./kit/place.js";

const BEFORE = 100;
const CUT_MS = 8_000;
const LINKS = [
  { from: "gateway-1", to: "messaging-1", direction: "toTarget" },
  { from: "gateway-2", to: "messaging-2", direction: "toClient" },
  { from: "messaging-1", to: "group", direction: "toTarget" },
] as const;

export const f21CutOff: Suite = (place) => {
  describe("F21: one service is cut off from another, in one direction", () => {
    it("fails calls in their time and moves the traffic to the next pod (I1-I11, I13-I15, I18)", async () => {
      const { cluster, seed } = place();
      const proxies = await Promise.all(LINKS.map(({ from, to }) => cluster.lead(from, cluster.pod(to).address)));
      const run = await FaultRun.start(cluster, { name: "F21", seed });
      for (const [index, { from, to, direction }] of LINKS.entries()) {
        await run.load.more(BEFORE);
        await run.fault(`F21 ${from} ${direction === "toTarget" ? "cannot reach" : "does not hear"} ${to}`, async () => {
          const [proxy] = proxies[index]!;
          proxy!.stall(direction);
          await systemClock().sleep(CUT_MS);
          await proxy!.pass();
        });
      }
      await run.load.more(BEFORE);
      await cluster.links.free();
      await run.finish();
    }, 300_000);
  });
};
