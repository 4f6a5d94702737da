import type { AppId, Uid } from "@parlance/platform/ids";
import type { Clock } from "@parlance/platform/time";
import type { Transient } from "@parlance/proto/event/v1/event";
import { transient } from "./facts.js";
import type { Outlet } from "./outlet.js";

export interface TransientsOptions {
  readonly clock: Pick<Clock, "now">;
  readonly outlet: Pick<Outlet, "nextId" | "signal">;
}

/** Live-only payloads (chat.md 20.5); the gateway limits their rate per connection. */
export class Transients {
  readonly #options: TransientsOptions;

  constructor(options: TransientsOptions) {
    this.#options = options;
  }

  send(app: AppId, sender: Uid, value: Transient): Promise<void> {
    const { clock, outlet } = this.#options;
    const atMs = clock.now();
    return outlet.signal([transient({ app, sender, id: outlet.nextId("transient", atMs), atMs }, value)]);
  }
}
