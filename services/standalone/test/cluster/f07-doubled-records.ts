// F7: every record of the event log is there twice, the second time somewhat later.
import { describe, expect, it } from "vitest";
import type { LogRecord } from "@parlance/platform/eventlog";
import { eventLogBeside } from "./kit/beside.js";
import { FaultRun } from "./kit/fault-run.js";
import type { Suite } from "./kit/place.js";

const COUNT = 400;

export const f07DoubledRecords: Suite = (place) => {
  describe("F7: every record is delivered twice", () => {
    it("changes nothing of what stores and clients have (I1-I11, I13-I15, I18)", async () => {
      const { cluster, seed } = place();
      const log = await eventLogBeside(cluster);
      const known = new Set<string>();
      let doubled = 0;
      let appending = Promise.resolve();
      const again = (records: readonly LogRecord[]): void => {
        const fresh = records.filter(({ key, headers }) => !known.has(`${key} ${headers.id}`));
        for (const { key, headers } of fresh) known.add(`${key} ${headers.id}`);
        if (fresh.length === 0) return;
        doubled += fresh.length;
        const bare = fresh.map(({ topic, key, value, headers }) => ({ topic, key, value, headers }));
        appending = appending.then(() => log.append(bare));
      };
      const following = log.follow(["events"], again);
      await following.ready;
      const run = await FaultRun.start(cluster, { name: "F7", seed });
      const name = "F7 every record twice";
      await run.fault(name, () => run.load.more(COUNT));
      await run.load.stop();
      await following.close();
      await appending;
      run.note(name, `${doubled} records doubled`);
      expect(doubled).toBeGreaterThan(COUNT);
      await run.finish();
      await log.stop();
    }, 200_000);
  });
};
