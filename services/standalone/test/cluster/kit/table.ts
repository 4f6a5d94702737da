// The table of faults, printed by each run and kept in a Markdown file where one is named.
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
  /** The longest that a send waited for its ack, all its attempts together. */
  readonly slowestMs?: number | undefined;
  /** From the fault to the first ack that followed it on the conversation that waited longest. */
  readonly takeoverMs?: number | undefined;
  /** From the fault until no send failed or stayed without an answer any more. */
  readonly recoveredMs?: number | undefined;
  /** From the heal until every client had, live, all that was acked by then. */
  readonly caughtUpMs?: number | undefined;
  readonly note?: string | undefined;
  readonly seed: number;
}

/** As text, the fault first. */
type Cells = readonly string[];

const COLUMNS = [
  "fault", "acked", "lost", "doubled", "inversions", "holes", "other", "slowest send", "takeover", "recovered", "all caught up after heal", "seed", "note",
];
const [ACKED, LOST] = [COLUMNS.indexOf("acked"), COLUMNS.indexOf("lost")];
const TITLE = `# Faults of the cluster

Made by \`PARLANCE_FAULT_TABLE=bench/results/faults.md npm run test:cluster -- cluster/faults\`: seven processes, a Kafka broker and a server of
MongoDB's protocol on one machine. What the columns say: [the suite's README](../../services/standalone/test/cluster/README.md#the-table).
`;

/** Prints rows, and puts them into the file that PARLANCE_FAULT_TABLE names, in the place of older ones of the same faults. */
export function keep(rows: readonly ClusterFaultRow[]): void {
  const fresh = rows.map(cellsOf);
  process.stdout.write(`\n${format(fresh)}\n`);
  const { PARLANCE_FAULT_TABLE: path = "" } = processEnvironment();
  if (path === "") return;
  const before = existsSync(path) ? readRows(readFileSync(path, "utf8")) : [];
  const all = [...before.filter(([fault]) => !fresh.some((row) => row[0] === fault)), ...fresh];
  all.sort(([a = ""], [b = ""]) => a.localeCompare(b, "en", { numeric: true }));
  writeFileSync(path, `${TITLE}\n${format(all)}\n`);
}

function format(rows: readonly Cells[]): string {
  const lines = [COLUMNS, COLUMNS.map(() => "---"), ...rows].map((line) => `| ${line.join(" | ")} |`);
  const sum = (column: number): number => rows.reduce((total, row) => total + Number(row[column]), 0);
  return [...lines, "", `${rows.length} faults: ${lossStatement(sum(LOST), sum(ACKED))}.`].join("\n");
}

function readRows(text: string): readonly Cells[] {
  return text.split("\n").filter((line) => /^\| F\d/.test(line)).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

function cellsOf(row: ClusterFaultRow): Cells {
  const time = (ms: number | undefined): string => (ms === undefined ? "–" : `${(ms / 1_000).toFixed(1)} s`);
  const counts = [row.acked, row.lost, row.doubled, row.inversions, row.holes, row.other].map(String);
  return [row.fault, ...counts, time(row.slowestMs), time(row.takeoverMs), time(row.recoveredMs), time(row.caughtUpMs), String(row.seed), row.note ?? ""];
}
