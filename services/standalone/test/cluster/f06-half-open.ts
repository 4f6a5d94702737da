// F6: a line goes dead without a word: no bytes, no end, in either direction.
import { describe, it } from "vitest";
import { FaultRun } from "./kit/fault-run.js";
import type { Suite } from "./kit/place.js";

const BEFORE = 100;
const MEANWHILE = 60;

export const f06HalfOpen: Suite = (place) => {
  describe("F6: half-open connections", () => {
    it("are given up in time, by clients and by services, and what went over them goes another way (I1-I11, I13-I15, I18)", async () => {
      const { cluster, seed } = place();
      const clients = await Promise.all(cluster.processes.gatewayUrls.map((url) => cluster.links.lead("clients", new URL(url).host)));
      const [toMessaging] = await cluster.lead("gateway-1", cluster.pod("messaging-1").address);
      const run = await FaultRun.start(cluster, { name: "F6", seed, ports: clients.map(({ port }) => port) });
      // In this order: clients that leave gateway-1 do not come back to it.
      for (const [link, proxy] of [["gateway-1–messaging-1", toMessaging!], ["clients–gateway-1", clients[0]!]] as const) {
        await run.load.more(BEFORE);
        await run.fault(`F6 half-open ${link}`, async () => {
          proxy.halfOpen();
          // Every conversation has gone another way before the line heals.
          await run.sentEverywhere();
          await run.load.more(MEANWHILE);
          await proxy.pass();
        });
      }
      await run.finish();
      await cluster.links.free();
    }, 300_000);
  });
};
