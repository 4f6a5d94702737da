import { silentLog } from "@parlance/platform/log";
import { systemClock } from "@parlance/platform/time";
import { chooseTransport } from "./choose-transport.js";
import { transportContract } from "./transport.contract.js";

for (const name of ["uws", "ws"] as const) {
  transportContract(name, (options) => chooseTransport(name, options, { clock: systemClock(), log: silentLog() }));
}
