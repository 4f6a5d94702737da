import { silentLog } from "@parlance/platform/log";
import { systemClock } from "@parlance/platform/time";
import { chooseTransport } from "./choose-transport.js";
import { transportHttpContract } from "./transport-http.contract.js";
import { transportContract } from "./transport.contract.js";
import type { CreateTransport } from "./transport-harnesses.contract.js";

for (const name of ["uws", "ws"] as const) {
  const create: CreateTransport = (options) => chooseTransport(name, options, { clock: systemClock(), log: silentLog() });
  transportContract(name, create);
  transportHttpContract(name, create);
}
