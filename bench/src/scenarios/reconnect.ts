import type { Row } from "../stats/measured.js";
import { OPEN_ADMISSION } from "../system/server.js";
import { durabilityOf } from "./durability.js";
import { repeat, type Plan } from "./scenario.js";
import { load, withServer } from "./with-server.js";

const SOCKETS = 2_000;
const MISS_EVERY = 10;
const GIVE_UP_MS = 60_000;

/** The default of the gateway, and as many as come. */
const ADMISSIONS = [
  { name: "admission as by default (500/s)", settings: { PARLANCE_GATEWAY_UPGRADES_PER_SECOND: "500", PARLANCE_GATEWAY_UPGRADES_BURST: "500" } },
  { name: "admission open", settings: OPEN_ADMISSION },
] as const;

/** B26: all sockets are lost at once and come back. */
export async function reconnect(plan: Plan): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { name, settings } of ADMISSIONS) {
    const scenario = `reconnect of ${SOCKETS}, ${name}`;
    const rounds = await repeat(plan, scenario, () => withServer(plan, { settings }, async ({ server, preparation, target }) => {
      const accounts = await preparation.users("away", SOCKETS + 1);
      return load({
        kind: "reconnect", target, serverPid: server.pid, accounts,
        missEvery: MISS_EVERY, firstWaitMs: 1_000, giveUpMs: GIVE_UP_MS,
      });
    }));
    rows.push({ scenario, durability: durabilityOf(plan.settings), rounds });
  }
  return rows;
}
