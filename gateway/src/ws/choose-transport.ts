import type { Log } from "@parlance/platform/log";
import type { Clock } from "@parlance/platform/time";
import type { Transport, TransportOptions } from "./transport.js";
import { createUwsTransport } from "./uws-transport.js";
import { createWsTransport } from "./ws-transport.js";

export type TransportChoice = "auto" | "uws" | "ws";

export interface ChooseParts {
  readonly clock: Clock;
  readonly log: Log;
  /** For tests of the fallback. */
  readonly createFast?: (options: TransportOptions) => Promise<Transport>;
}

/** `auto`: uWebSockets.js, or `ws` where that does not load. */
export async function chooseTransport(
  choice: TransportChoice, options: TransportOptions, { clock, log, createFast = createUwsTransport }: ChooseParts,
): Promise<Transport> {
  if (choice === "ws") return createWsTransport(options, clock);
  try {
    return await createFast(options);
  } catch (error) {
    if (choice === "uws") throw error;
    log.warn({ error }, "uWebSockets.js does not load here; the slower transport ws takes its place");
    return createWsTransport(options, clock);
  }
}
