import type { Clock } from "@parlance/platform/time";
import type { Measured, Row } from "../stats/measured.js";

export interface Plan {
  readonly clock: Clock;
  readonly rounds: number;
  readonly warmupMs: number;
  readonly windowMs: number;
  /** Settings of the server from the command line. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where to write CPU profiles of the server. */
  readonly profileFolder: string | undefined;
  /** Tells a person what is going on. */
  say(line: string): void;
}

/** Makes rows for the results. Each round of each row runs on fresh data. */
export type Scenario = (plan: Plan) => Promise<readonly Row[]>;

export const DRAIN_MS = 5_000;

/** 256 bytes, as in design.md 10. */
export const TEXT = "Parlance carries words. ".repeat(11).slice(0, 256);

export async function repeat(plan: Plan, name: string, round: () => Promise<Measured>): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (let count = 1; count <= plan.rounds; count += 1) {
    plan.say(`${name}: round ${count} of ${plan.rounds}`);
    measured.push(await round());
  }
  return measured;
}
