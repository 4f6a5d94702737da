// F18: one gateway after the other is stopped as a deployment stops it, with its sockets open, and started again.
import { describe, expect, it } from "vitest";
import { oksOf } from "@parlance/platform/testing";
import { FaultRun } from "./kit/fault-run.js";
import type { Suite } from "./kit/place.js";

const BEFORE = 200;
const FULL_SYNCS_MAX = 0.02;

export const f18RollingRestart: Suite = (place) => {
  describe("F18: gateways restart one after the other", () => {
    it("loses nothing, and clients resume elsewhere without a full sync (I1-I11, I13-I15, I18)", async () => {
      const { cluster, seed } = place();
      const run = await FaultRun.start(cluster, { name: "F18", seed });
      for (const gateway of ["gateway-1", "gateway-2"]) {
        await run.load.more(BEFORE);
        await run.fault(`F18 rolling restart ${gateway}`, async () => {
          await cluster.pod(gateway).terminate();
          await cluster.pod(gateway).start();
        });
      }
      const resumes = oksOf(run.history, "resume").filter(({ args }) => Object.values(args.cursors).some((seq) => seq > 0));
      const full = resumes.filter(({ value }) => value.reset === true).length;
      expect(resumes.length).toBeGreaterThan(run.roamers.length / 2);
      expect(full).toBeLessThanOrEqual(FULL_SYNCS_MAX * resumes.length);
      await run.finish();
    }, 200_000);
  });
};
