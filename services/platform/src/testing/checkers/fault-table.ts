/** One line of the table that every fault run keeps (reliability.md F-b). */
export interface FaultRow {
  readonly fault: string;
  readonly acked: number;
  readonly lost: number;
  readonly doubled: number;
  readonly inversions: number;
  readonly holes: number;
  /** Violations of the other invariants. */
  readonly other: number;
  /**
   * From the beginning of the fault until sends were acked again and stayed so; undefined when nothing shows
   * it.
   */
  readonly recoveredMs: number | undefined;
  readonly seed: number | undefined;
}

const COLUMNS = ["fault", "acked", "lost", "doubled", "inversions", "holes", "other", "time to recover", "seed"];

/** A Markdown table, followed by what the number of trials allows to say about loss (H12). */
export function formatFaultTable(rows: readonly FaultRow[]): string {
  const cells = rows.map((row) => [
    row.fault, row.acked, row.lost, row.doubled, row.inversions, row.holes, row.other,
    row.recoveredMs === undefined ? "–" : `${Math.round(row.recoveredMs)} ms`,
    row.seed ?? "–",
  ]);
  const lines = [COLUMNS, COLUMNS.map(() => "---"), ...cells].map((line) => `| ${line.join(" | ")} |`);
  const acked = rows.reduce((sum, row) => sum + row.acked, 0);
  const lost = rows.reduce((sum, row) => sum + row.lost, 0);
  return [...lines, lossStatement(lost, acked)].join("\n");
}

/** 0 bad in n trials means "below 3/n at 95 %", never "100 % safe". */
export function lossStatement(lost: number, acked: number): string {
  if (lost > 0 || acked === 0) return `${lost} of ${acked} acked rows lost`;
  return `0 of ${acked} acked rows lost: rate < ${(3 / acked).toExponential(1)} at 95 %`;
}
