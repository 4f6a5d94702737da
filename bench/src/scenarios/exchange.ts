import type { ExchangeJob, Ports } from "../exchange/job.js";
import type { Measured, Row } from "../stats/measured.js";
import { startJob } from "../system/job-process.js";
import { LOAD_CORE, SERVER_CORE } from "../system/pin.js";
import { repeat, type Plan } from "./scenario.js";

const METHODS = ["identity.GetUser", "messaging.SendMessage"] as const;
/** Where each binding is at its best. */
const BINDINGS = [{ binding: "exchange", inFlight: 512 }, { binding: "unary", inFlight: 64 }] as const;

type Kind = Pick<ExchangeJob, "binding" | "inFlight" | "method">;

/** B24: calls between two processes through the whole pipeline; the handler answers from memory. */
export async function exchange(plan: Plan): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const method of METHODS) {
    for (const { binding, inFlight } of BINDINGS) {
      const scenario = `${binding}, ${method}, ${inFlight} calls under way`;
      const rounds = await repeat(plan, scenario, () => round(plan, { binding, inFlight, method }));
      rows.push({ scenario, durability: "nothing is stored", rounds });
    }
  }
  return rows;
}

async function round({ warmupMs, windowMs }: Plan, kind: Kind): Promise<Measured> {
  const server = startJob<null, Ports>(new URL("../exchange/server-main.js", import.meta.url), null, SERVER_CORE);
  try {
    const ports = await server.answer;
    const job = { ...kind, port: ports[kind.binding], serverPid: server.child.pid ?? 0, warmupMs, windowMs };
    return await startJob<ExchangeJob, Measured>(new URL("../exchange/client-main.js", import.meta.url), job, LOAD_CORE).answer;
  } finally {
    server.child.kill();
  }
}
