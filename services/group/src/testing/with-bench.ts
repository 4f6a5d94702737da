import { afterEach, beforeEach, expect } from "vitest";
import { openBench, type Bench, type BenchOptions } from "./bench.js";

/** A fresh bench for every test of the file; none may log an error. */
export function withBench(options: BenchOptions = {}): () => Bench {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench(options);
  });
  afterEach(async () => {
    await bench.settle();
    expect(bench.log.unexpected).toEqual([]);
    await bench.close();
  });
  return () => bench;
}
