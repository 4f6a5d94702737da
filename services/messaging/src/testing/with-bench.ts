import { afterEach, beforeEach, expect } from "vitest";
import { openBench, type Bench, type BenchOptions } from "./bench.js";

/** A new service for every test of the file; a test ends without unexpected errors in the log. */
export function withBench(options?: BenchOptions): () => Bench {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench(options);
  });
  afterEach(async () => {
    await bench.close();
    expect(bench.log.unexpected).toEqual([]);
  });
  return () => bench;
}

/** The error a call must be refused with. */
export const refusal = (name: string, more: object = {}) => expect.objectContaining({ name, ...more });
