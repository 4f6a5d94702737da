import type { Component } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import type { Clock, Timer } from "@parlance/platform/time";
import type { TokenStore } from "../store/ports.js";

const SWEEP_EVERY_MS = 5_000;
const BATCH_MAX = 200;

export interface ExpirySweepOptions {
  readonly tokens: Pick<TokenStore, "endExpired">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Tells the gateways of tokens that have expired, so that their sockets close; several sweepers do not disturb each other. */
export class ExpirySweep implements Component {
  readonly name = "identity.expiry";
  readonly #options: ExpirySweepOptions;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: ExpirySweepOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#timer = this.#options.clock.every(SWEEP_EVERY_MS, () => {
      this.#running ??= this.#sweep().finally(() => {
        this.#running = undefined;
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  async #sweep(): Promise<void> {
    try {
      let ended: number;
      do ended = await this.#options.tokens.endExpired(this.#options.clock.now(), BATCH_MAX);
      while (ended === BATCH_MAX && !this.#stopped);
    } catch (error) {
      this.#options.log.warn({ error }, "expired tokens not swept");
    }
  }
}
