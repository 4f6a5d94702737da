import type { Log } from "@parlance/platform/log";
import type { Clock } from "@parlance/platform/time";
import type { Transport, TransportOptions } from "./transport.js";
import { createUwsTransport } from "./uws-transport.js";
import { createWsTransport } from "./ws-transport.js";

export type TransportChoice = "auto" | "uws" | "ws";

/** `auto`: uWebSockets.js, or `ws` where that does not load. */
export async function chooseTransport(
  choice: TransportChoice, options: TransportOptions, parts: { readonly clock: Clock; readonly log: Log },
): Promise<Transport> {
  if (choice === "ws") return createWsTransport(options, parts.clock);
  try {
    return await createUwsTransport(options);
  } catch (error) {
    if (choice === "uws") throw error;
    parts.log.warn({ error }, "uWebSockets.js does not load here; the slower transport ws takes its place");
    return createWsTransport(options, parts.clock);
  }
}
