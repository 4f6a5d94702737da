// The table of faults: rows are kept in a JSON file, and the Markdown beside it is written anew each time.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { processEnvironment } from "@parlance/platform/config";
import { lossStatement } from "@parlance/platform/testing";

export interface ClusterFaultRow {
  readonly fault: string;
  readonly acked: number;
  readonly lost: number;
  readonly doubled: number;
  readonly inversions: number;
  readonly holes: number;
  readonly other: number;
  /** From the fault to the first ack that followed it on the conversation that waited longest. */
  readonly takeoverMs?: number | undefined;
  /** From the fault until no send failed or stayed without an answer any more. */
  readonly recoveredMs?: number | undefined;
  /** From the heal until every client had, live, all that was acked by then. */
  readonly caughtUpMs?: number | undefined;
  readonly note?: string | undefined;
  readonly seed: number;
}

const COLUMNS = [
  "fault", "acked", "lost", "doubled", "inversions", "holes", "other", "takeover", "recovered", "all caught up after heal", "seed", "note",
];

export function formatTable(rows: readonly ClusterFaultRow[]): string {
  const lines = [COLUMNS, COLUMNS.map(() => "---"), ...rows.map(cells)].map((line) => `| ${line.join(" | ")} |`);
  const sum = (field: "acked" | "lost"): number => rows.reduce((total, row) => total + row[field], 0);
  return [...lines, "", `${rows.length} faults: ${lossStatement(sum("lost"), sum("acked"))}.`].join("\n");
}

/** Adds rows to the file that PARLANCE_FAULT_TABLE names (a path without ending); prints them anyway. */
export function keep(rows: readonly ClusterFaultRow[]): void {
  process.stdout.write(`\n${formatTable(rows)}\n`);
  const { PARLANCE_FAULT_TABLE: path = "" } = processEnvironment();
  if (path === "") return;
  const json = `${path}.json`;
  const before = existsSync(json) ? (JSON.parse(readFileSync(json, "utf8")) as ClusterFaultRow[]) : [];
  const all = [...before.filter(({ fault }) => !rows.some((row) => row.fault === fault)), ...rows];
  writeFileSync(json, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(`${path}.md`, `${formatTable(all)}\n`);
}

function cells(row: ClusterFaultRow): readonly (string | number)[] {
  const time = (ms: number | undefined): string => (ms === undefined ? "–" : `${Math.round(ms)} ms`);
  return [
    row.fault, row.acked, row.lost, row.doubled, row.inversions, row.holes, row.other, time(row.takeoverMs), time(row.recoveredMs),
    time(row.caughtUpMs), row.seed, row.note ?? "",
  ];
}
