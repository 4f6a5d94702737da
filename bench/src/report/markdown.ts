// The results as Markdown: a table of rates and latencies, one of costs, and what must be said beside them.

import type { Measured, Row } from "../stats/measured.js";
import { median } from "../stats/rounds.js";
import { number, spread } from "./numbers.js";

/** Of a core, above which the load generator cannot be trusted to have waited for the server. */
const GENERATOR_BUSY = 0.9;

export function report(title: string, machine: readonly string[], rows: readonly Row[]): string {
  return [
    `# ${title}`, "",
    ...machine.map((line) => `- ${line}`),
    "- Median of the rounds, in parentheses the least and the greatest. Latencies in milliseconds.", "",
    ...latencyTable(rows), "",
    ...costTable(rows), "",
    ...processTable(rows), "",
    ...moreTable(rows), "",
    ...notes(rows), "",
  ].join("\n").replace(/\n{3,}/g, "\n\n");
}

function table(heads: readonly string[], lines: readonly (readonly string[])[]): string[] {
  if (lines.length === 0) return [];
  return [heads, heads.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`);
}

function latencyTable(rows: readonly Row[]): string[] {
  const lines = rows.flatMap(({ scenario, durability, rounds }) => namesOf(rounds, "latencies").map((name) => [
    scenario, durability, rounds[0]?.loop ?? "", offered(rounds), spread(rounds.map(rate)), name,
    ...(["p50", "p99", "max"] as const).map((part) => spread(rounds.map(({ latencies }) => latencies[name]?.[part] ?? 0))),
    errorsOf(rounds),
  ]));
  return table(["Scenario", "Durability", "Loop", "Offered /s", "Actual /s", "Timed", "p50", "p99", "max", "Errors"], lines);
}

function costTable(rows: readonly Row[]): string[] {
  const lines = rows.map(({ scenario, durability, rounds }) => [
    scenario, durability, String(rounds.length), spread(rounds.map(({ seconds }) => seconds)),
    ...["server", "server main thread", "generator"].map((name) => spread(rounds.map((round) => share(round, name) * 100))),
    ...["server", "generator"].map((name) => spread(rounds.map((round) => cpuPerThousand(round, name)))),
    spread(rounds.map(perServerSecond)),
    spread(rounds.map(({ serverRssBytes }) => serverRssBytes / 1e6)),
  ]);
  return table([
    "Scenario", "Durability", "Rounds", "Window s", "Server CPU %", "Of it main thread", "Generator CPU %", "Server CPU-s / 1,000", "Generator CPU-s / 1,000",
    "Per server CPU-s", "Server RSS MB",
  ], lines);
}

const USUAL: ReadonlySet<string> = new Set(["server", "server main thread", "generator"]);

/** Where the server is several processes: what each of them costs (B42). */
function processTable(rows: readonly Row[]): string[] {
  const lines = rows.flatMap(({ scenario, rounds }) => {
    const names = [...new Set(rounds.flatMap(({ cpuSeconds }) => Object.keys(cpuSeconds)))].filter((name) => !USUAL.has(name));
    return names.map((name) => [
      scenario, name, spread(rounds.map((round) => share(round, name) * 100)), spread(rounds.map((round) => cpuPerThousand(round, name))),
    ]);
  });
  return table(["Scenario", "Process", "CPU % of a core", "CPU-s / 1,000"], lines);
}

function moreTable(rows: readonly Row[]): string[] {
  const lines = rows.flatMap(({ scenario, rounds }) => namesOf(rounds, "more").map((name) => (
    [scenario, name, spread(rounds.map(({ more }) => more[name] ?? 0))]
  )));
  return table(["Scenario", "Figure", "Value"], lines);
}

/** B44: where the generator is the limit, the server's cost is the result, not the rate. */
function notes(rows: readonly Row[]): string[] {
  return rows.filter(({ rounds }) => median(rounds.map((round) => share(round, "generator"))) > GENERATOR_BUSY)
    .map(({ scenario, rounds }) => (
      `- ${scenario}: the generator was the limit; the server did ${number(median(rounds.map(perServerSecond)))} per second of its CPU time.`
    ));
}

function namesOf(rounds: readonly Measured[], part: "latencies" | "more"): string[] {
  return [...new Set(rounds.flatMap((round) => Object.keys(round[part])))];
}

function offered(rounds: readonly Measured[]): string {
  const perSecond = rounds[0]?.offeredPerSecond;
  return perSecond === undefined ? "–" : number(perSecond);
}

function rate({ count, seconds }: Measured): number {
  return seconds === 0 ? 0 : count / seconds;
}

/** Part of one core. */
function share({ cpuSeconds, seconds }: Measured, name: string): number {
  return seconds === 0 ? 0 : (cpuSeconds[name] ?? 0) / seconds;
}

function cpuPerThousand({ cpuSeconds, count }: Measured, name: string): number {
  return count === 0 ? 0 : (cpuSeconds[name] ?? 0) * 1_000 / count;
}

function perServerSecond({ cpuSeconds, count }: Measured): number {
  const server = cpuSeconds["server"] ?? 0;
  return server === 0 ? 0 : count / server;
}

function errorsOf(rounds: readonly Measured[]): string {
  const all: Record<string, number> = {};
  for (const { errors } of rounds) for (const [name, times] of Object.entries(errors)) all[name] = (all[name] ?? 0) + times;
  const text = Object.entries(all).map(([name, times]) => `${name} × ${times}`).join(", ");
  return text === "" ? "0" : text;
}
