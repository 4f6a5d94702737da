// What one round of one scenario found. Everything in the results is made from this shape.

import type { Summary } from "./latencies.js";

/** How messages are offered. In an open loop latencies count from the intended time of the send. */
export type Loop = "closed" | "open" | "none";

export interface Measured {
  readonly loop: Loop;
  /** Things counted in the window: messages received by the last who must, calls answered, … */
  readonly count: number;
  readonly seconds: number;
  /** Things a second that were to be sent; only in an open loop. */
  readonly offeredPerSecond?: number;
  /** By what is timed: `ack`, `delivery`, `last member`, `back`, … */
  readonly latencies: Readonly<Record<string, Summary>>;
  /** By catalogue name, `close <code>` or `lost`. */
  readonly errors: Readonly<Record<string, number>>;
  /** CPU seconds in the window, by process. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  readonly serverRssBytes: number;
  /** Further figures with their unit in the name. */
  readonly more: Readonly<Record<string, number>>;
}

/** What a round is about and under which promise. */
export interface Row {
  readonly scenario: string;
  readonly durability: string;
  readonly rounds: readonly Measured[];
}
