import type { Component } from "@parlance/platform/lifecycle";
import type { Log } from "@parlance/platform/log";
import type { Clock, Timer } from "@parlance/platform/time";
import type { GroupStore } from "./store/ports.js";

const SLICE = 1_000;
const EVERY_MS = 60_000;

export interface EraserOptions {
  readonly groups: Pick<GroupStore, "eraseSome">;
  readonly clock: Pick<Clock, "every">;
  readonly log: Log;
}

/** Erases what removed groups left, slice by slice, so that a large one holds up nobody. Goes on after a restart. */
export class Eraser implements Component {
  readonly name = "group.eraser";
  readonly #options: EraserOptions;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;

  constructor(options: EraserOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#timer = this.#options.clock.every(EVERY_MS, () => this.nudge());
    this.nudge();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#running;
  }

  /** Says that there may be something to erase. */
  nudge(): void {
    if (this.#timer === undefined) return;
    // One after the other: a removal that ends while the last look is under way is seen by the next.
    const before = this.#running ?? Promise.resolve();
    const running = before.then(() => this.#run()).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
  }

  get idle(): boolean {
    return this.#running === undefined;
  }

  async #run(): Promise<void> {
    try {
      while (this.#timer !== undefined && await this.#options.groups.eraseSome(SLICE));
    } catch (error) {
      this.#options.log.warn({ err: error }, "erasing is put off");
    }
  }
}
