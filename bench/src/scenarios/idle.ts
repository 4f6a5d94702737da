import type { Row } from "../stats/measured.js";
import { repeat, type Plan } from "./scenario.js";
import { load, withServer } from "./with-server.js";

const SOCKETS = 5_000;
const WINDOW_MS = 30_000;
const QUICK_WINDOW_MS = 5_000;
const SETTLE_MS = 3_000;

/** B23: what authenticated sockets cost that do nothing. */
export async function idle(plan: Plan): Promise<readonly Row[]> {
  const scenario = `${SOCKETS} idle sockets`;
  const windowMs = plan.rounds > 1 ? WINDOW_MS : QUICK_WINDOW_MS;
  const rounds = await repeat(plan, scenario, () => (
    withServer(plan, { collectable: true }, async ({ server, preparation, target }) => {
      const accounts = await preparation.users("idle", SOCKETS);
      return load({ kind: "idle", target, serverPid: server.pid, accounts, settleMs: SETTLE_MS, windowMs });
    })
  ));
  return [{ scenario, durability: "nothing is sent", rounds }];
}
