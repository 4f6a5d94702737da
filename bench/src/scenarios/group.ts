import type { Measured, Row } from "../stats/measured.js";
import { durabilityOf } from "./durability.js";
import { DRAIN_MS, repeat, TEXT, type Plan } from "./scenario.js";
import { load, withServer } from "./with-server.js";

/** Members, and messages a second in the open loop: well below what a core can deliver. */
const GROUPS = [
  { members: 10, perSecond: 200 },
  { members: 100, perSecond: 100 },
  { members: 1_000, perSecond: 20 },
] as const;

/** B22: a message to a group, until the last member has it. */
export async function group(plan: Plan): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { members, perSecond } of GROUPS) {
    for (const rate of [0, perSecond]) {
      const scenario = `group of ${members}, ${rate === 0 ? "one message at a time" : "open loop"}`;
      const rounds = await repeat(plan, scenario, () => round(plan, members, rate));
      rows.push({ scenario, durability: durabilityOf(plan.settings), rounds });
    }
  }
  return rows;
}

function round(plan: Plan, members: number, perSecond: number): Promise<Measured> {
  return withServer(plan, {}, async ({ server, preparation, target }) => {
    const accounts = await preparation.users("member", members);
    await preparation.group("crowd", accounts);
    const { warmupMs, windowMs } = plan;
    return load({
      kind: "group", target, serverPid: server.pid, guid: "crowd", accounts, text: TEXT, perSecond,
      warmupMs, windowMs, drainMs: DRAIN_MS,
    });
  });
}
