import type { Log } from "../log/index.js";
import { TIMED_OUT, within, type Clock } from "../time/index.js";
import type { Component } from "./component.js";

export interface LifecycleParts {
  readonly clock: Pick<Clock, "after" | "monotonic">;
  readonly log: Log;
}

const DEFAULT_STOP_DEADLINE_MS = 10_000;

/** Starts components in the order they were added and stops them in reverse: each may use those before it. */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  readonly #components: Component[] = [];
  readonly #running: Component[] = [];
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  /** Only before the start. */
  add<T extends Component>(component: T): T {
    if (this.#starting !== undefined) throw new Error(`${component.name} came after the start`);
    this.#components.push(component);
    return component;
  }

  /** Starts all, once. When one fails, those that run are stopped and the failure is passed on. */
  start(): Promise<void> {
    this.#starting ??= this.#startAll();
    return this.#starting;
  }

  /**
   * Stops all, once. Together they get `deadlineMs`; one that is not done by then is left behind, and one that
   * fails is logged, so that the others are still stopped.
   */
  stop(deadlineMs: number = DEFAULT_STOP_DEADLINE_MS): Promise<void> {
    this.#stopping ??= this.#stopAll(deadlineMs);
    return this.#stopping;
  }

  async #startAll(): Promise<void> {
    for (const component of this.#components) {
      if (this.#stopping !== undefined) return;
      try {
        await component.start();
      } catch (error) {
        await this.stop();
        throw error;
      }
      this.#running.push(component);
      // A stop that came while it started did not see it.
      if (this.#stopping !== undefined) await this.#stopOne(component, DEFAULT_STOP_DEADLINE_MS);
    }
  }

  async #stopAll(deadlineMs: number): Promise<void> {
    const endMs = this.#parts.clock.monotonic() + deadlineMs;
    for (const component of this.#running.toReversed()) {
      await this.#stopOne(component, Math.max(0, endMs - this.#parts.clock.monotonic()));
    }
  }

  async #stopOne(component: Component, leftMs: number): Promise<void> {
    try {
      const outcome = await within(this.#parts.clock, leftMs, component.stop());
      if (outcome === TIMED_OUT) this.#parts.log.warn({ component: component.name }, "not stopped in time");
    } catch (error) {
      this.#parts.log.error({ component: component.name, error }, "stopping failed");
    }
  }
}
