// F10: records that nobody can read stand among the good ones, on the same channels.
import { describe, expect, it } from "vitest";
import { Event } from "@parlance/proto/event/v1/event";
import { eventLogBeside } from "./kit/beside.js";
import { FaultRun } from "./kit/fault-run.js";
import type { Suite } from "./kit/place.js";

const BETWEEN = 60;
const DEPTH = 10_000;
const KINDS = ["row", "memberRow", "membershipChanged", "userChanged", "groupChanged", "presenceChanged"];

/** What stands where an encoded event should. */
function unreadable(noise: Uint8Array): readonly Uint8Array[] {
  const good = Event.encode(Event.fromPartial({ id: "x", channel: "s:messaging", body: { $case: "typing", value: {} } })).finish();
  return [
    new Uint8Array(0), noise, good.subarray(0, good.length - 1), good, Buffer.from("{"), Buffer.from("[".repeat(DEPTH) + "]".repeat(DEPTH)),
    Buffer.alloc(40_000, 0x5b), Buffer.from([0xa2, 0x01, 0xff, 0xff, 0xff, 0xff, 0x0f]), Buffer.alloc(900_000, 0x11),
  ];
}

export const f10Poison: Suite = (place) => {
  describe("F10: poison records", () => {
    it("holds nothing else up, and no process dies of it (I1-I11, I13-I15, I18)", async () => {
      const { cluster, seed } = place();
      const log = await eventLogBeside(cluster);
      const run = await FaultRun.start(cluster, { name: "F10", seed });
      const pids = cluster.processes.pods.map(({ pid }) => pid);
      const channels = [`u:${run.people.uids[0]}`, `g:${run.people.groups[0]!.guid}`, "s:messaging", "s:group:x", "s:user:x"];
      const name = "F10 poison records";
      let written = 0;
      await run.fault(name, async () => {
        for (const value of unreadable(run.random.bytes(300))) {
          const records = channels.flatMap((channel) => KINDS.map((kind) => {
            written += 1;
            return { topic: "events" as const, key: `${cluster.api.app.appId}/${channel}`, value, headers: { id: `poison-${written}`, kind } };
          }));
          // One by one: some are as large as a record may be.
          for (const record of records) await log.append([record]);
          await run.load.more(BETWEEN);
        }
      });
      run.note(name, `${written} records`);
      expect(cluster.processes.pods.map(({ pid }) => pid)).toEqual(pids);
      await run.finish();
      await log.stop();
    }, 200_000);
  });
};
