/** One figure over several rounds. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

export function figure(values: readonly number[]): Figure {
  if (values.length === 0) throw new Error("a figure needs at least one round");
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}
