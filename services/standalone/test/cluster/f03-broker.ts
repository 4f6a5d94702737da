// F3: the broker stops answering for 5 and for 30 s. Sends are acked meanwhile, and deliveries catch up.
import { describe, expect, it } from "vitest";
import { systemClock } from "@parlance/platform/time";
import { FaultRun } from "./kit/fault-run.js";
import type { Suite } from "./kit/place.js";

const BEFORE = 200;

export const f03Broker: Suite = (place) => {
  describe("F3: the broker is stopped and goes on", () => {
    it("acks meanwhile and delivers everything afterwards, once each (I1-I11, I13-I15, I18)", async () => {
      const { cluster, servers, seed } = place();
      const run = await FaultRun.start(cluster, { name: "F3", seed });
      for (const seconds of [5, 30]) {
        await run.load.more(BEFORE);
        const name = `F3 broker stopped ${seconds} s`;
        await run.fault(name, async () => {
          servers.suspend("kafka");
          const before = run.load.acked;
          await systemClock().sleep(seconds * 1_000);
          const meanwhile = run.load.acked - before;
          servers.resume("kafka");
          run.note(name, `${meanwhile} acked meanwhile`);
          expect(meanwhile).toBeGreaterThan(0);
        });
      }
      await run.finish();
    }, 300_000);
  });
};
