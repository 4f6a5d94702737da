// F4: the store does not answer for 15 s; then it is killed and started again over its data.
import { describe, it } from "vitest";
import { systemClock } from "@parlance/platform/time";
import { FaultRun } from "./kit/fault-run.js";
import type { Suite } from "./kit/place.js";

const BEFORE = 200;
const STOPPED_MS = 15_000;

export const f04Store: Suite = (place) => {
  describe("F4: the store is stopped, and killed and restarted", () => {
    it("refuses or leaves open what it cannot store, and takes writes again by itself (I1-I11, I13-I15, I18)", async () => {
      const { cluster, servers, seed } = place();
      const run = await FaultRun.start(cluster, { name: "F4", seed });
      await run.load.more(BEFORE);
      await run.fault("F4 store stopped 15 s", async () => {
        servers.suspend("mongo");
        await systemClock().sleep(STOPPED_MS);
        servers.resume("mongo");
      }, { countsFrom: "heal" });
      await run.load.more(BEFORE);
      await run.fault("F4 store kill -9 and restart", async () => {
        await servers.kill("mongo");
        await servers.restart("mongo");
      });
      await run.load.more(BEFORE);
      await run.finish();
    }, 300_000);
  });
};
