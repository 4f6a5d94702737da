import type { Row } from "../stats/measured.js";
import { durabilityOf } from "./durability.js";
import { DRAIN_MS, repeat, TEXT, type Plan } from "./scenario.js";
import { load, withServer } from "./with-server.js";

const SIZES = [1, 50, 200];

/** B20, B21: one-to-one, each pair with one message under way. */
export async function pairs(plan: Plan): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const size of SIZES) rows.push(await pairsOf(plan, size));
  return rows;
}

export async function pairsOf(plan: Plan, size: number): Promise<Row> {
  const scenario = `one-to-one, ${size} ${size === 1 ? "pair" : "pairs"}`;
  const rounds = await repeat(plan, scenario, () => withServer(plan, {}, async ({ server, preparation, target }) => {
    const accounts = await preparation.users("pair", 2 * size);
    const { warmupMs, windowMs } = plan;
    return load({
      kind: "pairs", target, serverPid: server.pid, accounts, text: TEXT, warmupMs, windowMs, drainMs: DRAIN_MS,
    });
  }));
  return { scenario, durability: durabilityOf(plan.settings), rounds };
}
