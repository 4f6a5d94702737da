// F2: a pod of messaging dies with rows that are committed and acked, and not published yet.
import { describe, expect, it } from "vitest";
import { FaultRun } from "./kit/fault-run.js";
import type { Suite } from "./kit/place.js";

const BEFORE = 200;
const UNPUBLISHED = 100;
const VICTIM = "messaging-1";

export const f02KillBeforePublish: Suite = (place) => {
  describe("F2: a pod of messaging is killed between commit and publication", () => {
    it("delivers live what the dead pod had acked (I1-I11, I13-I15, I18)", async () => {
      const { cluster, servers, seed } = place();
      const [toBroker] = await cluster.lead(VICTIM, servers.addressOf("kafka"));
      const run = await FaultRun.start(cluster, { name: "F2", seed });
      await run.load.more(BEFORE);
      const name = "F2 kill -9 between commit and publish";
      await run.fault(name, async () => {
        // What it publishes gets as far as the proxy.
        toBroker!.stall("toTarget");
        await run.load.more(UNPUBLISHED);
        const unpublished = run.undelivered();
        await cluster.pod(VICTIM).kill();
        await cluster.links.free();
        run.note(name, `${unpublished} conversations had undelivered rows at the kill`);
        expect(unpublished).toBeGreaterThan(0);
        await run.load.more(UNPUBLISHED);
        await cluster.pod(VICTIM).start();
      });
      await run.finish();
    }, 200_000);
  });
};
