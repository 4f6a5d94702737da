/** What is told of many latencies. Milliseconds. */
export interface Summary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const FIRST_SIZE = 4_096;

/** Keeps every value: percentiles are exact, and a long tail is not smoothed away. */
export class Latencies {
  #values = new Float64Array(FIRST_SIZE);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = ms;
  }

  summary(): Summary {
    const sorted = this.#values.slice(0, this.#count).sort();
    return { count: this.#count, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), max: percentile(sorted, 1) };
  }
}

/** Nearest rank: the smallest value that at least the given part of all values do not exceed. 0 when there are none. */
export function percentile(sorted: ArrayLike<number>, part: number): number {
  const rank = Math.ceil(part * sorted.length);
  return sorted[Math.max(0, rank - 1)] ?? 0;
}
