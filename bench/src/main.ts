// npm run bench -- <scenario…>: runs scenarios one after the other and writes what it found to bench/results.

import { holdProcess, systemClock } from "@parlance/platform/time";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readArguments, type Wanted } from "./arguments.js";
import { describeMachine } from "./report/machine.js";
import { report } from "./report/markdown.js";
import { profileReport } from "./report/profile.js";
import { CLUSTERED, scenarios } from "./scenarios/index.js";
import type { Plan } from "./scenarios/scenario.js";

const QUICK = { rounds: 1, warmupMs: 2_000, windowMs: 5_000 };
const FULL = { rounds: 3, warmupMs: 5_000, windowMs: 15_000 };

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main({ names, profileFolder, quick, settings }: Wanted): Promise<void> {
  const plan: Plan = { clock: systemClock(), ...(quick ? QUICK : FULL), profileFolder, settings, say };
  for (const name of names) {
    const machine = [...describeMachine({ settings, clustered: CLUSTERED.has(name) }), ...(quick ? ["QUICK: one short round, for trying only"] : [])];
    const rows = await scenarios[name]!(plan);
    const text = report(`Results: ${name}`, machine, rows);
    say(`\n${text}`);
    if (profileFolder !== undefined) say(profileReport(profileFolder, plan.windowMs));
    // A profiled server is slower.
    if (!quick && profileFolder === undefined) write(name, text);
  }
}

function write(name: string, text: string): void {
  const folder = fileURLToPath(new URL("../results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}.md`, text);
  say(`written to bench/results/${name}.md`);
}

const hold = holdProcess();
try {
  await main(readArguments(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? [error.message, error.cause].filter(Boolean).join("\n") : String(error)}\n`);
  process.exitCode = 1;
} finally {
  hold.cancel();
}
